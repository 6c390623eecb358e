package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.ThopCounter;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.ModelRow;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.model.SummaryText;
import io.yolo4j.model.Zoo;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.TorchinfoTable;
import io.yolo4j.profile.TorchinfoText;
import io.yolo4j.profile.WorkCount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j summary}. */
@Command(
    name = "summary",
    description = "Show a model's rows, parameters and FLOPs.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class SummaryCommand implements Callable<Integer> {
  /** Forms of the table. */
  enum Style {
    PLAIN(SummaryText.PLAIN),
    YOLOV5_V6(SummaryText.YOLOV5_V6),
    YOLOV5_V5(SummaryText.YOLOV5_V5),
    TORCHINFO(SummaryText.PLAIN);

    private final SummaryText rows;

    Style(SummaryText rows) {
      this.rows = rows;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private Output output = new Output();
  @Mixin private ImageSizeOption imageSize = new ImageSizeOption();

  @Parameters(
      paramLabel = "MODEL|FILE",
      arity = "0..1",
      description =
          "A shipped model's name, a description (.yaml) or a model file (.pt, .pth, .safetensors).")
  private @Nullable String model;

  @Option(names = "--list", description = "List the shipped models.")
  private boolean list;

  @Option(
      names = "--nc",
      paramLabel = "N",
      description = "Number of classes, instead of the description's.")
  private @Nullable Integer classes;

  @Option(names = "--fused", description = "Count with batch norms folded into the convolutions.")
  private boolean fused;

  @Option(
      names = "--style",
      paramLabel = "STYLE",
      defaultValue = "plain",
      description = {
        "Form of the table: ${COMPLETION-CANDIDATES}.",
        "plain prints module names and our own count; yolov5_v6 and yolov5_v5 print what YOLOv5 prints, torchinfo what torchinfo does: every module with its multiply-adds. Default: ${DEFAULT-VALUE}."
      })
  private Style style = Style.PLAIN;

  /** Of an element; torchinfo counts float32. */
  private static final int BYTES = ElementType.F32.bytes();

  @Option(
      names = "--convention",
      paramLabel = "NAME",
      completionCandidates = ConventionOption.Names.class,
      description =
          "Also tell the work at the picture's size as this rule counts it, and in GFLOPs at 2 a multiply-add: ${COMPLETION-CANDIDATES}.")
  private @Nullable String convention;

  @Override
  public Integer call() throws IOException {
    if (list && model != null) {
      throw new CommandException(
          ExitCode.USAGE, "--list shows the shipped models and takes no model, got " + model);
    }
    if (list) {
      printNames();
      return ExitCode.DONE;
    }
    if (model == null) {
      throw new CommandException(
          ExitCode.USAGE, "a model is missing; --list shows the shipped ones");
    }
    if (classes != null) {
      OptionChecks.atLeast("--nc", classes, 1);
    }
    Convention counted = convention == null ? null : ConventionOption.named(convention);
    ModelDescription description = LoadedModel.describe(model);
    Model built = Model.of(classes == null ? description : description.withClasses(classes));
    int stride = built.head().maxStride();
    int height = imageSize.height(stride);
    int width = imageSize.width(stride);
    ModelSummary summary = ModelSummary.of(built, height, width, fused);
    Optional<WorkCount> count =
        Optional.ofNullable(counted).map(by -> WorkCount.of(by, sized(summary), BYTES));
    if (output.json()) {
      Map<String, Object> json = json(summary);
      count.ifPresent(work -> json.put("counted", ProfileJson.of(work)));
      output.printJson(json);
    } else {
      output
          .out()
          .print(
              style == Style.TORCHINFO
                  ? TorchinfoText.of(torchinfo(summary))
                  : style.rows.text(summary));
      count.ifPresent(work -> output.out().println(text(work, height, width)));
    }
    return ExitCode.DONE;
  }

  /** The network at the picture's size, batch norms folded as the reference does if asked for. */
  private static Graph sized(ModelSummary summary) {
    Graph graph = summary.model().graphFor(1, summary.height(), summary.width());
    return summary.fused() ? ModelSummary.foldedAsReference(graph) : graph;
  }

  private static String text(WorkCount work, int height, int width) {
    String text = "%s at %dx%d".formatted(work.text(), height, width);
    return work.convention().unit().equals("multiply-adds")
        ? text + String.format(Locale.ROOT, ", %.2f GFLOPs", 2e-9 * work.arithmetic())
        : text;
  }

  private void printNames() {
    if (output.json()) {
      output.printJson(Zoo.names());
    } else {
      Zoo.names().forEach(output.out()::println);
    }
  }

  private Map<String, Object> json(ModelSummary summary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", summary.model().description().source());
    json.put("classes", summary.model().description().classes());
    json.put("height", summary.height());
    json.put("width", summary.width());
    json.put("fused", summary.fused());
    json.put("layers", summary.layers());
    json.put("parameters", summary.parameters());
    json.put("gradients", summary.gradients());
    json.put("gflops_thop_0_0_31", summary.gigaFlops(ThopCounter.V0_0_31));
    json.put("gflops_thop_0_1_1", summary.gigaFlops(ThopCounter.V0_1_1));
    json.put("gflops", summary.cost().flops() / 1e9);
    json.put("megabytes_float32", summary.cost().elements() * (double) Float.BYTES / 1e6);
    json.put(
        "strides", summary.model().head().levels().stream().map(level -> level.stride()).toList());
    json.put(
        "anchors",
        summary.model().head().levels().stream()
            .map(
                level -> level.anchors().stream().map(a -> List.of(a.width(), a.height())).toList())
            .toList());
    if (style == Style.TORCHINFO) {
      json.put("torchinfo", json(torchinfo(summary)));
    }
    json.put("rows", summary.model().rows().stream().map(this::json).toList());
    return json;
  }

  private static TorchinfoTable torchinfo(ModelSummary summary) {
    return TorchinfoTable.of(sized(summary));
  }

  private static Map<String, Object> json(TorchinfoTable table) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("multiply_adds", table.multiplyAdds());
    json.put("input_bytes", table.inputBytes());
    json.put("forward_backward_bytes", table.outputBytes());
    json.put("parameter_bytes", table.parameterBytes());
    json.put("estimated_total_bytes", table.estimatedTotalBytes());
    return json;
  }

  private Map<String, Object> json(ModelRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("index", row.index());
    json.put("from", row.row().fromList() ? row.row().from() : row.row().from().get(0));
    json.put("number", style.rows.repeats(row));
    json.put("parameters", row.parameters());
    json.put("module", style.rows.moduleName(row));
    json.put("arguments", new ArrayList<>(row.arguments()));
    return json;
  }
}
