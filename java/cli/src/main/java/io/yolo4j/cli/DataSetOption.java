package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The data set that a command makes another one of. */
final class DataSetOption {
  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The data set's YAML file.")
  private Path data = Path.of("");

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "skip",
      description =
          "Pictures without a label file: skip, or background. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.SKIP;

  DatasetConfig config() throws DatasetException {
    return DatasetConfig.read(data);
  }

  Path file() {
    return data;
  }

  ScanOptions scan() {
    return ScanOptions.defaults().withMissingLabels(missingLabels);
  }

  /** Reads all parts that there are. */
  Map<Split, Dataset> parts(DatasetConfig config, ScanCache cache) throws DatasetException {
    Map<Split, Dataset> parts = new EnumMap<>(Split.class);
    for (Split split : config.sources().keySet()) {
      parts.put(split, Dataset.scan(config, split, scan(), cache));
    }
    return parts;
  }
}
