package io.yolo4j.bench.kernels;

/**
 * What one run must do at least.
 *
 * @param read bytes
 * @param written bytes
 * @param flops floating-point operations; a multiply-add counts 2
 */
record Work(long read, long written, long flops) {
  static final Work NONE = new Work(0, 0, 0);

  long bytes() {
    return read + written;
  }

  Work plus(Work other) {
    return new Work(read + other.read, written + other.written, flops + other.flops);
  }
}
