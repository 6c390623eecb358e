package io.yolo4j.report;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the page shows.
 *
 * @param heading what it is about
 * @param epochs the epochs that are done; none for a validation
 * @param plannedEpochs all epochs; 0 for a validation
 * @param measured the validation to show; null before the first
 * @param labels of the training set, or the set that was validated; null where not known
 * @param pictures batches and validated pictures
 * @param options options and hyper-parameters, in order
 * @param messages what the run said
 */
record ReportContent(
    Heading heading,
    List<EpochRow> epochs,
    int plannedEpochs,
    @Nullable Measured measured,
    @Nullable LabelStatistics labels,
    List<PictureSet> pictures,
    Map<String, Object> options,
    List<String> messages) {
  /** Copies the collections. */
  ReportContent {
    epochs = List.copyOf(epochs);
    pictures = List.copyOf(pictures);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    messages = List.copyOf(messages);
  }

  /**
   * What the page is about.
   *
   * @param title its title
   * @param status how the run stands
   * @param facts model, data and so on, in order
   * @param written when
   */
  record Heading(String title, Status status, Map<String, String> facts, Instant written) {
    /** Copies the map. */
    Heading {
      facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
  }
}
