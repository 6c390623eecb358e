package io.yolo4j.cli;

import io.yolo4j.profile.Comparison;
import io.yolo4j.report.Caution;
import io.yolo4j.report.Numbers;
import java.util.Optional;

/**
 * Ratios of torchinfo's "Estimated Total Size".
 *
 * @param raw with batch norms
 * @param folded as the reference folds them
 * @param asRun as the networks ran
 * @param folding how that was
 */
record Footprints(double raw, double folded, double asRun, Folding folding) {
  /** Returns what these say beside measured times. */
  Caution caution(Comparison comparison) {
    String fact =
        "torchinfo's sizes have the ratio %s with batch norms, %s as the reference folds them and %s as the networks ran (--fold %s); what moves through memory has %s."
            .formatted(
                Numbers.fixed(raw, 3),
                Numbers.fixed(folded, 3),
                Numbers.fixed(asRun, 3),
                folding,
                Numbers.fixed(comparison.byteRatio(), 3));
    return new Caution(fact, warning());
  }

  /** Returns why raw counts don't go with these times; empty where the raw networks ran. */
  Optional<String> warning() {
    if (folding == Folding.NONE) {
      return Optional.empty();
    }
    boolean misleads = (raw < 1) != (asRun < 1);
    return Optional.of(
        "Counts with batch norms must not be held against these times, in which folded ones did not run"
            + (misleads ? ": here they even say the opposite." : "."));
  }
}
