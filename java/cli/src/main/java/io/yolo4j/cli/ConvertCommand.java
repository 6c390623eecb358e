package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import io.yolo4j.weights.PtWriter;
import io.yolo4j.weights.SafeTensors;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j convert}. */
@Command(
    name = "convert",
    description = {
      "Convert a model file between PyTorch and safetensors.",
      "OUT ending in .safetensors holds everything an application needs: weights, description, class names; .pt or .pth a PyTorch state dictionary."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ConvertCommand implements Callable<Integer> {
  /** Floating-point types to convert to. */
  enum FloatType {
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16);

    private final DType stored;

    FloatType(DType stored) {
      this.stored = stored;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private Output output = new Output();

  @Parameters(index = "0", paramLabel = "IN", description = "A .pt, .pth or .safetensors file.")
  private Path in = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The file to write; its suffix says the form.")
  private Path out = Path.of("");

  @Option(
      names = "--cfg",
      paramLabel = "MODEL|FILE",
      description =
          "A description to store, for files that hold weights alone; the weights must fit it.")
  private @Nullable String description;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "Convert floating-point tensors: ${COMPLETION-CANDIDATES}. Default: leave them as they are.")
  private @Nullable FloatType type;

  @Option(names = "--force", description = "Overwrite OUT.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(out) && !force) {
      throw new CommandException(
          ExitCode.FAILED, out + ": the file exists; give --force to overwrite it");
    }
    String name =
        out.getFileName() == null ? "" : out.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean safe = name.endsWith(".safetensors");
    if (!safe && !name.endsWith(".pt") && !name.endsWith(".pth")) {
      throw new CommandException(
          ExitCode.USAGE,
          out + ": the suffix must be .safetensors, .pt or .pth, it says the form to write");
    }
    if (!safe && description != null) {
      throw new CommandException(
          ExitCode.USAGE,
          "--cfg: a state dictionary (%s) holds no description; write a .safetensors file"
              .formatted(out));
    }
    int tensors = safe ? writeSafeTensors() : writeStateDict();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("in", in.toString());
    json.put("out", out.toString());
    json.put("tensors", tensors);
    json.put("bytes", Files.size(out));
    if (output.json()) {
      output.printJson(json);
    } else {
      output.out().printf("%s: %d tensors, %d bytes%n", out, tensors, Files.size(out));
    }
    return ExitCode.DONE;
  }

  private int writeSafeTensors() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(in)) {
      ModelInfo info = checkpoint.info();
      StateDict state = checkpoint.state();
      if (description != null || info.description().isPresent()) {
        LoadedModel model = LoadedModel.open(in, Optional.ofNullable(description));
        // Only what the model uses: older files carry buffers that are computed anew.
        state = model.state();
        info = model.completed(info);
      }
      StateDict written = convert(state);
      SafeTensors.write(out, written, ModelMetadata.encode(info));
      return written.size();
    }
  }

  private int writeStateDict() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(in)) {
      StateDict written = convert(checkpoint.state());
      PtWriter.write(out, written);
      return written.size();
    }
  }

  private StateDict convert(StateDict state) {
    if (type == null) {
      return state;
    }
    DType wanted = type.stored;
    StateDict.Builder converted = StateDict.builder();
    state.forEach(
        (name, tensor) ->
            converted.put(name, tensor.dtype().isFloatingPoint() ? tensor.to(wanted) : tensor));
    return converted.build();
  }
}
