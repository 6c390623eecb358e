package io.yolo4j.bench.kernels;

/** Whether the buffers may lie in a cache. */
public enum Temperature {
  /** The same buffers in every run. */
  HOT,
  /**
   * Runs take turns with more copies of the buffers than any cache holds; of buffers far smaller
   * than a page, which each takes up, the last cache holds all.
   */
  COLD;

  private static final long COLD_BYTES = 192L << 20;

  /** Returns how many copies of buffers with so many bytes it takes. */
  int copies(long bytes) {
    return this == HOT ? 1 : Math.toIntExact(COLD_BYTES / bytes + 2);
  }
}
