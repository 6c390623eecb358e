package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which model runs. */
final class ModelOptions {
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      required = true,
      description = "The model: .pt, .pth or .safetensors.")
  private Path weights = Path.of("");

  @Option(
      names = "--cfg",
      paramLabel = "MODEL|FILE",
      description =
          "Model description, a shipped model's name or a .yaml file; for files that hold weights alone.")
  private @Nullable String description;

  Path weights() {
    return weights;
  }

  Optional<String> description() {
    return Optional.ofNullable(description);
  }

  LoadedModel open() throws IOException {
    return LoadedModel.open(weights, description());
  }
}
