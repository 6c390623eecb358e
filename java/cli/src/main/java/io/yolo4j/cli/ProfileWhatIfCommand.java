package io.yolo4j.cli;

import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.DeviceTable;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.WhatIf;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchLibrary;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j profile what-if}. */
@Command(
    name = "what-if",
    description = {
      "Predict what networks would take on a GPU that is not at hand.",
      "A model: specified peaks, this machine's times to issue, and assumed costs of a kernel and a launch."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ProfileWhatIfCommand implements Callable<Integer> {
  /** Types of feature maps and weights. */
  enum Type {
    FP32,
    FP16;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private TableOutput output = new TableOutput();
  @Mixin private RoofFlags roofFlags = new RoofFlags();
  @Mixin private ProfileFlags flags = new ProfileFlags();

  @Parameters(
      paramLabel = "MODEL|FILE",
      arity = "1..*",
      description = "One or more networks, as for profile; ratios are to the last.")
  private List<String> models = List.of();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      required = true,
      description = "A GPU of the table that profile roofs --list shows, for example rtx3090.")
  private String device = "";

  @Option(
      names = "--clock",
      paramLabel = "GHZ",
      description = "The GPU's clock, instead of its boost clock.")
  private @Nullable Double clock;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "fp32",
      description = "What it computes in: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Type type = Type.FP32;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Pictures at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Override
  public Integer call() throws IOException {
    flags.check();
    OptionChecks.atLeast("--batch", batch, 1);
    if (clock != null && !(clock > 0 && clock < 10)) {
      throw new CommandException(ExitCode.USAGE, "--clock must lie in 0 to 10 GHz, got " + clock);
    }
    DeviceTable.Device target = ProfileRoofsCommand.named(DeviceTable.load(), device);
    WhatIf question =
        new WhatIf(
            target, clock == null ? target.boostMhz() : 1000 * clock, type == Type.FP16, batch);
    Map<String, WhatIf.Prediction> predictions = new LinkedHashMap<>();
    for (String model : models) {
      Profile profile = flags.profile(flags.open(model), new Eager(), roofFlags, output);
      predictions.put(model, question.of(profile));
    }
    print(question, predictions);
    return ExitCode.DONE;
  }

  /** LibTorch's own operations, one by one: what it would issue to a GPU. */
  private static final class Eager implements NetworkRuntime {
    @Override
    public MeasurableExecutor create(Graph graph, StateDict state) {
      return TorchExecutor.unfolded(graph, state, TorchOptions.defaults().withOwnKernels(false));
    }

    @Override
    public ElementType elementType() {
      return ElementType.F32;
    }

    @Override
    public int threads() {
      return TorchLibrary.threads();
    }
  }

  private void print(WhatIf question, Map<String, WhatIf.Prediction> predictions) {
    Table table =
        new Table(
            List.of(
                "model", "roof ms", "GPU busy ms", "host ms", "end to end ms", "ratio", "decides"));
    WhatIf.Prediction last = Objects.requireNonNull(predictions.get(models.get(models.size() - 1)));
    predictions.forEach((model, p) -> table.row(row(model, p, last)));
    switch (output.format()) {
      case JSON -> output.printJson(json(question, predictions));
      case CSV -> table.printCsv(output.out());
      case TABLE -> {
        table.print(output.out());
        output
            .out()
            .printf(
                "Modelled for %s at %.3f GHz, %s, batch %d%s: from the specified peaks to the shares of the roofs reached here. Assumed: %.0f us a kernel, %.0f us a launch.%n",
                question.device().name(),
                question.megahertz() / 1000,
                type,
                batch,
                question.device().checked() == null ? " (specification not checked)" : "",
                1e6 * WhatIf.KERNEL_FLOOR,
                1e6 * WhatIf.LAUNCH);
      }
    }
  }

  private static List<Object> row(String model, WhatIf.Prediction p, WhatIf.Prediction last) {
    return List.of(
        model,
        ProfileText.milliseconds(p.roof()),
        range(p.busy(), p.busyAtShares()),
        ProfileText.milliseconds(p.host()),
        range(p.eager(), p.eagerAtShares()),
        "%.2f to %.2f"
            .formatted(
                Math.min(p.eager() / last.eager(), p.eagerAtShares() / last.eagerAtShares()),
                Math.max(p.eager() / last.eager(), p.eagerAtShares() / last.eagerAtShares())),
        p.isIssueBound() ? "issue" : "GPU");
  }

  private static String range(double from, double to) {
    return ProfileText.milliseconds(from) + " to " + ProfileText.milliseconds(to);
  }

  private Map<String, Object> json(WhatIf question, Map<String, WhatIf.Prediction> predictions) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "modelled");
    json.put("device", question.device().name());
    json.put("checked", question.device().checked());
    json.put("clock_ghz", question.megahertz() / 1000);
    json.put("dtype", type.toString());
    json.put("batch", batch);
    json.put("assumed_kernel_floor", WhatIf.KERNEL_FLOOR);
    json.put("assumed_launch", WhatIf.LAUNCH);
    Map<String, Object> models = new LinkedHashMap<>();
    predictions.forEach((model, p) -> models.put(model, json(p)));
    json.put("models", models);
    return json;
  }

  private static Map<String, Object> json(WhatIf.Prediction p) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("roof", p.roof());
    json.put("busy", p.busy());
    json.put("busy_at_shares", p.busyAtShares());
    json.put("host", p.host());
    json.put("end_to_end", p.eager());
    json.put("end_to_end_at_shares", p.eagerAtShares());
    json.put("issue_bound", p.isIssueBound());
    return json;
  }
}
