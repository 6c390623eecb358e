package io.yolo4j.eval;

/**
 * What became of a detection among the objects of one size.
 *
 * @param confidence its confidence
 * @param rank how many of its class on its picture are more confident
 * @param bits bit t is set where it is right at IoU threshold t, bit 16 + t where it doesn't count
 */
record CocoOutcome(float confidence, int rank, int bits) {
  private static final int IGNORED = 16;

  static int bit(int threshold, boolean right, boolean ignored) {
    return (right ? 1 << threshold : 0) | (ignored ? 1 << (IGNORED + threshold) : 0);
  }

  boolean right(int threshold) {
    return (bits >> threshold & 1) != 0;
  }

  boolean counts(int threshold) {
    return (bits >> (IGNORED + threshold) & 1) == 0;
  }
}
