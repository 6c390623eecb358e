package io.yolo4j.torch;

/**
 * How LibTorch runs a network.
 *
 * @param layout memory layout of feature maps and convolution weights
 * @param precision what convolutions compute in
 * @param threads threads of LibTorch's operations in this process; 0 leaves LibTorch's default
 * @param fusedNorm whether batch norms in training run as one operation with the activation behind
 *     them, where {@link FusedBatchNorm} is available
 */
public record TorchOptions(Layout layout, Precision precision, int threads, boolean fusedNorm) {
  /** Memory layouts. */
  public enum Layout {
    /** NCHW. */
    CONTIGUOUS,
    /** NHWC, which oneDNN's convolutions prefer. */
    CHANNELS_LAST
  }

  /** Precisions. */
  public enum Precision {
    /** 32-bit floating point. */
    FLOAT32,
    /**
     * bfloat16 for convolutions and linear layers, accumulated in float32; by autocast in training.
     */
    BFLOAT16
  }

  /** Checks the values. */
  public TorchOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative, got " + threads);
    }
  }

  /** Fused batch norms. */
  public TorchOptions(Layout layout, Precision precision, int threads) {
    this(layout, precision, threads, true);
  }

  /** Returns the default: channels last, float32, LibTorch's threads, fused batch norms. */
  public static TorchOptions defaults() {
    return new TorchOptions(Layout.CHANNELS_LAST, Precision.FLOAT32, 0);
  }

  /** Returns a copy with another layout. */
  public TorchOptions withLayout(Layout changed) {
    return new TorchOptions(changed, precision, threads, fusedNorm);
  }

  /** Returns a copy with another precision. */
  public TorchOptions withPrecision(Precision changed) {
    return new TorchOptions(layout, changed, threads, fusedNorm);
  }

  /** Returns a copy with another number of threads. */
  public TorchOptions withThreads(int changed) {
    return new TorchOptions(layout, precision, changed, fusedNorm);
  }

  /** Returns a copy that fuses batch norms in training, or doesn't. */
  public TorchOptions withFusedNorm(boolean changed) {
    return new TorchOptions(layout, precision, threads, changed);
  }
}
