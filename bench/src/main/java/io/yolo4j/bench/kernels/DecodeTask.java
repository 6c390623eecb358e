package io.yolo4j.bench.kernels;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.NmsOptions;

/** What detection and validation ask for, by their defaults. */
enum DecodeTask {
  /** The best class of each cell, where it is likely. */
  DETECTION(CandidateFilter.of(0.25f), NmsOptions.detection()),
  /** Every class that is possible. */
  VALIDATION(CandidateFilter.of(0.001f).withMultiLabel(true), NmsOptions.validation());

  private final CandidateFilter filter;
  private final NmsOptions suppression;

  DecodeTask(CandidateFilter filter, NmsOptions suppression) {
    this.filter = filter;
    this.suppression = suppression;
  }

  CandidateFilter filter() {
    return filter;
  }

  /**
   * Returns how to suppress: across classes, since only then Java's algorithm can be asked for
   * where there are kernels, by the mode that adds nothing to coordinates without classes.
   */
  NmsOptions suppression() {
    return suppression.withAgnostic(true);
  }
}
