package io.yolo4j.cli;

import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanExplanation;
import io.yolo4j.runtime.PlanOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j plan}. */
@Command(
    name = "plan",
    description = {
      "Compile a network as applications do, and show what runs: each step with its implementation, type, bytes and place in memory.",
      "b3[0:16] is a part of a buffer's channels: a concatenation that is written in place.",
      "Behind oneDNN's implementation stands how it laid the weights out, by its own name: ABcd16b16a are blocks of 16 x 16 channels."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class PlanCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();
  @Mixin private ImageSizeOption imageSize = new ImageSizeOption();

  @Parameters(
      paramLabel = "MODEL|FILE",
      description =
          "A shipped model's name, a description (.yaml), both with random weights, or a model file (.pt, .pth, .safetensors).")
  private String model = "";

  @Option(
      names = "--nc",
      paramLabel = "N",
      description = "Number of classes of a description, instead of its own.")
  private @Nullable Integer classes;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Pictures that it runs at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--conf",
      paramLabel = "X",
      description =
          "Least confidence of detections, 0 to 1: as in detect, class scores are computed only where the objectness is above it. Default: all of them.")
  private @Nullable Float confidence;

  @Override
  public Integer call() throws IOException {
    OptionChecks.atLeast("--batch", batch, 1);
    if (classes != null) {
      OptionChecks.atLeast("--nc", classes, 1);
    }
    OptionChecks.fraction("--conf", confidence == null ? 0 : confidence);
    executorOptions.requirePlan(
        option -> option + " is LibTorch's; plans run on the CPU in fp32, bf16 or int8");
    executorOptions.check();
    ProfiledModel opened = ProfiledModel.open(model, classes);
    PlanExplanation plan;
    PlanOptions options =
        opened
            .planned(executorOptions.plan())
            .withLeastObjectness(
                confidence == null ? OptionalDouble.empty() : OptionalDouble.of(confidence));
    try (PlanExecutor executor = PlanExecutor.create(opened.graph(), opened.state(), options)) {
      int stride = executor.head().maxStride();
      plan = executor.explain(batch, imageSize.height(stride), imageSize.width(stride));
    }
    switch (output.format()) {
      case JSON -> output.printJson(json(plan));
      case CSV -> table(plan).printCsv(output.out());
      case TABLE -> output.out().print(plan);
    }
    return ExitCode.DONE;
  }

  private Map<String, Object> json(PlanExplanation plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("threads", plan.threads());
    json.put("weight_bytes", plan.weightBytes());
    json.put("arena_bytes", plan.arenaBytes());
    json.put("tensor_bytes", plan.tensorBytes());
    json.put("context_bytes", plan.contextBytes());
    json.put("steps", plan.steps().stream().map(PlanCommand::json).toList());
    return json;
  }

  private static Map<String, Object> json(PlanExplanation.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", row.path());
    json.put("does", row.does());
    json.put("reads", row.reads());
    json.put("writes", row.writes());
    json.put("shape_nhwc", row.shape().toString());
    json.put("type", row.type());
    json.put("bytes", row.bytes());
    json.put("runs_on", row.runsOn());
    return json;
  }

  private static Table table(PlanExplanation plan) {
    Table table =
        new Table(
            List.of(
                "step", "path", "does", "reads", "writes", "shape", "type", "bytes", "runs on"));
    for (int i = 0; i < plan.steps().size(); i++) {
      PlanExplanation.Row row = plan.steps().get(i);
      table.row(
          List.of(
              i,
              row.path(),
              row.does(),
              String.join(" + ", row.reads()),
              row.writes(),
              row.shape(),
              row.type(),
              row.bytes(),
              row.runsOn()));
    }
    return table;
  }
}
