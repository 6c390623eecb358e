package io.yolo4j.train;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.util.List;

/**
 * The pictures of a run.
 *
 * @param training to learn from
 * @param validation to measure on
 */
public record RunData(Dataset training, Dataset validation) {
  private static final int ISSUES_SHOWN = 10;

  /**
   * Reads and checks both parts.
   *
   * @throws TrainingException if a label's class is none of the data set's
   */
  public static RunData read(TrainOptions options, TrainingListener listener) throws IOException {
    DatasetConfig config = DatasetConfig.read(options.data());
    Dataset training = scan(config, Split.TRAIN, options, listener);
    Dataset validation = scan(config, Split.VAL, options, listener);
    if (training.labels() == 0) {
      throw new TrainingException(
          training.name() + ": there must be at least one label to learn from, got none");
    }
    return options.singleClass()
        ? new RunData(training.withSingleClass(), validation.withSingleClass())
        : new RunData(training, validation);
  }

  private static Dataset scan(
      DatasetConfig config, Split split, TrainOptions options, TrainingListener listener)
      throws IOException {
    Dataset dataset =
        Dataset.scan(
            config,
            split,
            ScanOptions.defaults()
                .withBadBoxes(options.badBoxes())
                .withMissingLabels(options.missingLabels()),
            options.cacheFolder() == null ? ScanCache.none() : ScanCache.in(options.cacheFolder()));
    List<DataIssue> unknown =
        dataset.issues().stream()
            .filter(issue -> issue.kind() == DataIssue.Kind.UNKNOWN_CLASS)
            .toList();
    if (!unknown.isEmpty()) {
      // Left out, the objects would be learnt as background.
      throw new TrainingException(
          "%s%s; the data set %s names %d classes"
              .formatted(
                  unknown.get(0),
                  unknown.size() > 1 ? " (and %d more rows)".formatted(unknown.size() - 1) : "",
                  config.file(),
                  config.classes()));
    }
    listener.message(dataset.summary());
    dataset.issues().stream()
        .limit(ISSUES_SHOWN)
        .forEach(issue -> listener.message(issue.toString()));
    if (dataset.issues().size() > ISSUES_SHOWN) {
      listener.message("and %d more".formatted(dataset.issues().size() - ISSUES_SHOWN));
    }
    return dataset;
  }
}
