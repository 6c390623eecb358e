package io.yolo4j.cli;

import io.yolo4j.export.OnnxCheck;
import io.yolo4j.export.OnnxExporter;
import io.yolo4j.export.OnnxModel;
import io.yolo4j.export.OnnxValue;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.PtWriter;
import io.yolo4j.weights.SafeTensors;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j export}. */
@Command(
    name = "export",
    description = {
      "Write a model for other programs to run.",
      "ONNX holds the network with its weights; safetensors the weights and everything an application needs (names, anchors, strides, image size, thresholds, preprocessing, description); torch a PyTorch state dictionary."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ExportCommand implements Callable<Integer> {
  private static final double MEGABYTE = 1e6;

  /** Forms of exported files. */
  enum Format {
    ONNX("(?i).*\\.onnx", ".onnx"),
    TORCH("(?i).*\\.pth?", ".pt or .pth"),
    SAFETENSORS("(?i).*\\.safetensors", ".safetensors");

    private final String name;
    private final String suffix;

    Format(String name, String suffix) {
      this.name = name;
      this.suffix = suffix;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private JsonOutput streams = new JsonOutput();
  @Mixin private ExportFlags flags = new ExportFlags();

  @Parameters(
      index = "0",
      paramLabel = "MODEL|WEIGHTS",
      description =
          "A .pt, .pth or .safetensors file; or a shipped model or .yaml file, with random weights.")
  private String source = "";

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "onnx",
      description = "Form of the file: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.ONNX;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; its suffix must be the format's.")
  private Path file = Path.of("");

  @Option(
      names = "--cfg",
      paramLabel = "MODEL|FILE",
      description = "The description of a file that holds weights alone.")
  private @Nullable String description;

  @Option(names = "--force", description = "Overwrite FILE.")
  private boolean force;

  @Option(
      names = "--check",
      description = "Read the file again and check its structure; nothing is run.")
  private boolean check;

  @Override
  public Integer call() throws IOException {
    requireFile();
    if (format != Format.ONNX) {
      flags.requireNoneOfOnnx(format.toString());
    }
    ExportedModel model = ExportedModel.open(source, description);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("file", file.toString());
    report.put("format", format.toString());
    report.put("trained", model.trained());
    if (format == Format.ONNX) {
      writeOnnx(model, report);
    } else {
      writeWeights(model, report);
    }
    report.put("bytes", Files.size(file));
    print(report);
    return ExitCode.DONE;
  }

  private void requireFile() {
    if (!String.valueOf(file.getFileName()).matches(format.name)) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s: the suffix must be %s for --format %s".formatted(file, format.suffix, format));
    }
    if (Files.exists(file) && !force) {
      throw new CommandException(
          ExitCode.FAILED, file + ": the file exists; give --force to overwrite it");
    }
  }

  private void writeOnnx(ExportedModel model, Map<String, Object> report) throws IOException {
    OnnxExporter exporter = new OnnxExporter(flags.onnx(model));
    OnnxModel onnx =
        exporter.export(
            model.model().graph(),
            model.model().state(),
            model.metadata(flags.side(model.stride()), flags.prediction(model.model())));
    onnx.write(file);
    report.put("opset", onnx.options().opset());
    report.put("nodes", onnx.nodes());
    report.put("parameters", onnx.parameters());
    report.put("inputs", onnx.inputs().stream().map(OnnxValue::toString).toList());
    report.put("outputs", onnx.outputs().stream().map(OnnxValue::toString).toList());
    if (check) {
      OnnxCheck found = OnnxCheck.of(file);
      report.put(
          "checked",
          "structure: names, order of %d nodes, sizes of %d constants"
              .formatted(found.nodes(), found.tensors()));
      report.put("not_checked", "results; no ONNX runtime is part of yolo4j");
    }
  }

  private void writeWeights(ExportedModel model, Map<String, Object> report) throws IOException {
    StateDict state = model.model().state();
    StateDict written = flags.halfWeights() ? half(state) : state;
    if (format == Format.TORCH) {
      PtWriter.write(file, written);
    } else {
      int side = flags.side(model.stride());
      SafeTensors.write(file, written, model.metadata(side, flags.prediction(model.model())));
    }
    report.put("tensors", written.size());
    report.put(
        "parameters", written.toMap().values().stream().mapToLong(HostTensor::elements).sum());
    if (check) {
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        requireSame(written, checkpoint.state());
      }
      report.put("checked", "read again: names, shapes and bytes of all tensors");
    }
  }

  private static StateDict half(StateDict state) {
    StateDict.Builder converted = StateDict.builder();
    state.forEach(
        (name, tensor) ->
            converted.put(name, tensor.dtype().isFloatingPoint() ? tensor.to(DType.F16) : tensor));
    return converted.build();
  }

  private void requireSame(StateDict written, StateDict found) {
    written.forEach(
        (name, tensor) -> {
          HostTensor other = found.get(name);
          if (!other.shape().equals(tensor.shape()) || !other.data().equals(tensor.data())) {
            throw new IllegalStateException(
                "%s: tensor %s must be read as it was written, %s became %s"
                    .formatted(file, name, tensor, other));
          }
        });
  }

  private void print(Map<String, Object> report) {
    if (streams.json()) {
      streams.out().println(Output.json(report));
      return;
    }
    String kind =
        format == Format.ONNX
            ? "opset %s, %s nodes".formatted(report.get("opset"), report.get("nodes"))
            : report.get("tensors") + " tensors";
    streams
        .out()
        .printf(
            Locale.ROOT,
            "%s: %s, %s, %s parameters, %.1f MB%n",
            file,
            format,
            kind,
            report.get("parameters"),
            ((Number) report.getOrDefault("bytes", 0L)).longValue() / MEGABYTE);
    if (report.get("inputs") instanceof List<?> inputs) {
      inputs.forEach(input -> streams.out().println("in:  " + input));
    }
    if (report.get("outputs") instanceof List<?> outputs) {
      outputs.forEach(output -> streams.out().println("out: " + output));
    }
    if (report.get("checked") != null) {
      streams.out().println("checked: " + report.get("checked"));
    }
    if (report.get("not_checked") != null) {
      streams.out().println("not checked: " + report.get("not_checked"));
    }
    if (Boolean.FALSE.equals(report.get("trained"))) {
      streams
          .out()
          .println("The weights are drawn at random: the model is for measuring, not for use.");
    }
  }
}
