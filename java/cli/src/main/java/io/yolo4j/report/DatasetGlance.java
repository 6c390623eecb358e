package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.data.quality.Lookalikes;
import io.yolo4j.data.quality.SuspiciousLabel;
import io.yolo4j.train.AnchorReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is to show of a data set.
 *
 * @param config the data set file
 * @param imageSize the long side that pictures are fitted to, in pixels
 * @param parts the parts that were read; at least one
 * @param suspicious labels that are often mistakes, of all parts, each picture once
 * @param lookalikes pictures that are the same; null where nobody looked
 * @param anchors how a model's anchors fit; null where no model was named
 */
public record DatasetGlance(
    DatasetConfig config,
    int imageSize,
    Map<Split, Dataset> parts,
    List<SuspiciousLabel> suspicious,
    @Nullable Lookalikes lookalikes,
    @Nullable Anchors anchors) {
  /** Copies the collections. */
  public DatasetGlance {
    parts = Collections.unmodifiableMap(new EnumMap<>(parts));
    suspicious = List.copyOf(suspicious);
  }

  /**
   * How anchors fit the boxes of all parts.
   *
   * @param model whose they are
   * @param anchorT largest ratio of a side to an anchor's that can be learnt
   */
  public record Anchors(String model, double anchorT, AnchorReport report) {}

  /** Returns the pictures of all parts, each once. */
  public static Dataset joined(DatasetConfig config, Map<Split, Dataset> parts) {
    Map<Path, Sample> samples = new LinkedHashMap<>();
    parts.values().forEach(part -> part.samples().forEach(s -> samples.putIfAbsent(s.image(), s)));
    return new Dataset(
        config.file().toString(), config.names(), new ArrayList<>(samples.values()), List.of());
  }

  /** Returns the pictures of all parts, each once. */
  Dataset joined() {
    return joined(config, parts);
  }
}
