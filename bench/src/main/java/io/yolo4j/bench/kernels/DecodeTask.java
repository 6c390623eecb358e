package io.yolo4j.bench.kernels;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.NmsOptions;

/** What detection and validation ask for, by their defaults. */
enum DecodeTask {
  /** The best class of each cell, where it is likely. */
  DETECTION,
  /** Every class that is possible. */
  VALIDATION;

  CandidateFilter filter() {
    return this == DETECTION
        ? CandidateFilter.of(0.25f)
        : CandidateFilter.of(0.001f).withMultiLabel(true);
  }

  /**
   * Returns how to suppress: across classes, since only then Java's algorithm can be asked for
   * where there are kernels, by the mode that adds nothing to coordinates without classes.
   */
  NmsOptions suppression() {
    NmsOptions options = this == DETECTION ? NmsOptions.detection() : NmsOptions.validation();
    return options.withAgnostic(true);
  }
}
