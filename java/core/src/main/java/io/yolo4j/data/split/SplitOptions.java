package io.yolo4j.data.split;

/**
 * How a data set is divided.
 *
 * @param val share of the pictures for validation, 0 to 1
 * @param test share of the pictures for the last test, 0 to 1; training gets the rest
 * @param duplicates which pictures must stay in one part
 * @param seed another seed gives another division of the same quality
 */
public record SplitOptions(double val, double test, Duplicates duplicates, long seed) {
  /** Which pictures count as the same and stay in one part. */
  public enum Duplicates {
    /** None. */
    IGNORE,
    /** Those with the same pixels. */
    EXACT,
    /** Also those that look the same: scaled, compressed again, a little brighter. */
    NEAR
  }

  /** Checks the values. */
  public SplitOptions {
    if (!(val >= 0 && test >= 0 && val + test > 0 && val + test < 1)) {
      throw new IllegalArgumentException(
          "the shares of val and test must be at least 0 and their sum over 0 and under 1, got %s and %s"
              .formatted(val, test));
    }
  }

  /** Returns the defaults: a tenth for validation, the same pixels in one part, seed 0. */
  public static SplitOptions defaults() {
    return new SplitOptions(.1, 0, Duplicates.EXACT, 0);
  }

  /** Returns options with other shares. */
  public SplitOptions withShares(double valShare, double testShare) {
    return new SplitOptions(valShare, testShare, duplicates, seed);
  }

  /** Returns options with another idea of the same picture. */
  public SplitOptions withDuplicates(Duplicates same) {
    return new SplitOptions(val, test, same, seed);
  }

  /** Returns options with another seed. */
  public SplitOptions withSeed(long value) {
    return new SplitOptions(val, test, duplicates, value);
  }
}
