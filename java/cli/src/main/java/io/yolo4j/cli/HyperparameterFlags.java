package io.yolo4j.cli;

import io.yolo4j.train.Hyperparameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which hyper-parameters a training has. */
final class HyperparameterFlags {
  @Option(names = "--hyp", paramLabel = "FILE", description = "Hyper-parameters, a YAML file.")
  private @Nullable Path hyp;

  @Option(
      names = "--set",
      paramLabel = "NAME=X",
      description = "One hyper-parameter, for example --set lr0=0.005; may be repeated.")
  private Map<String, Double> changed = new LinkedHashMap<>();

  /**
   * Returns the hyper-parameters.
   *
   * @param config an {@code opt.yaml}, whose {@code hyp.yaml} beside it is used unless another file
   *     is named; or null
   */
  Hyperparameters read(@Nullable Path config, Streams output) throws IOException {
    Path beside = config == null ? null : config.resolveSibling("hyp.yaml");
    Path file = hyp != null || beside == null || !Files.exists(beside) ? hyp : beside;
    Hyperparameters values =
        file == null
            ? Hyperparameters.defaults()
            : Hyperparameters.read(file, note -> output.err().println("yolo4j: " + note));
    for (Map.Entry<String, Double> change : changed.entrySet()) {
      try {
        values = values.with(change.getKey(), change.getValue());
      } catch (IllegalArgumentException e) {
        throw new CommandException(ExitCode.USAGE, "--set: " + e.getMessage());
      }
    }
    return values;
  }
}
