package io.yolo4j.runtime;

import java.util.Locale;

/**
 * How the range of a feature map is chosen from the values that were seen.
 *
 * @param kind the rule
 * @param percentile of {@link Kind#PERCENTILE}: values that stay within at each end, in percent
 */
public record CalibrationMethod(Kind kind, double percentile) {
  /** What is kept of the values at each end, in percent, where nothing else is asked for. */
  public static final double USUAL_PERCENTILE = 99.99;

  /** Rules. */
  public enum Kind {
    /** A small share of the values at each end. */
    PERCENTILE,
    /** What tells least, by the entropy of the rounded values. */
    ENTROPY,
    /** Nothing. */
    LARGEST;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the percentile. */
  public CalibrationMethod {
    if (!(percentile > 50 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "percentile must be above 50 and at most 100, got " + percentile);
    }
  }

  /** Returns a rule with the usual percentile. */
  public static CalibrationMethod of(Kind kind) {
    return new CalibrationMethod(kind, USUAL_PERCENTILE);
  }

  Calibration.Range range(ValueHistogram values) {
    return switch (kind) {
      case PERCENTILE -> values.without(1 - percentile / 100);
      case ENTROPY -> values.byEntropy();
      case LARGEST -> values.whole();
    };
  }

  @Override
  public String toString() {
    return kind == Kind.PERCENTILE ? kind + " " + percentile : kind.toString();
  }
}
