package io.yolo4j.data.split;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads several parts of a data set as one. */
final class JoinedParts {
  private JoinedParts() {}

  /**
   * Returns the pictures of those parts that the data set has, each once, sorted by path.
   *
   * @throws DatasetException if a part cannot be read
   */
  static Dataset of(DatasetConfig config, List<Split> parts, ScanOptions scan, ScanCache cache)
      throws DatasetException {
    Map<String, Sample> samples = new TreeMap<>();
    // A picture may be in several parts; its issues then come again.
    Set<DataIssue> issues = new LinkedHashSet<>();
    for (Split split : parts) {
      if (config.sources().containsKey(split)) {
        Dataset dataset = Dataset.scan(config, split, scan, cache);
        issues.addAll(dataset.issues());
        dataset.samples().forEach(sample -> samples.put(sample.image().toString(), sample));
      }
    }
    return new Dataset(
        config.file().toString(),
        config.names(),
        List.copyOf(samples.values()),
        List.copyOf(issues));
  }
}
