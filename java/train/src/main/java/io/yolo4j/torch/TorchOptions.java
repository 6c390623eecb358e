package io.yolo4j.torch;

/**
 * How LibTorch runs a network.
 *
 * @param device where it runs
 * @param layout memory layout of feature maps and convolution weights
 * @param precision what convolutions compute in
 * @param threads threads of LibTorch's operations in this process; 0 leaves LibTorch's default
 * @param ownKernels whether yolo4j's kernels run where they are available: {@link
 *     DepthwiseConvolution}, {@link SqueezeExcite}, and {@link FusedBatchNorm} in training
 */
public record TorchOptions(
    Device device, Layout layout, Precision precision, int threads, boolean ownKernels) {
  /** Devices. */
  public enum Device {
    /** The processor. */
    CPU,
    /** The first NVIDIA GPU that the CUDA driver shows; needs LibTorch's build for GPUs. */
    CUDA
  }

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
    BFLOAT16,
    /**
     * float16 as bfloat16 above. Its numbers end at 65504 and small gradients vanish in it, so a
     * trainer multiplies the loss by a scale and divides the gradients by it again.
     */
    FLOAT16
  }

  /** Checks the values. */
  public TorchOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative, got " + threads);
    }
  }

  /** On the CPU, with yolo4j's kernels. */
  public TorchOptions(Layout layout, Precision precision, int threads) {
    this(Device.CPU, layout, precision, threads, true);
  }

  /** Returns the default: the CPU, channels last, float32, LibTorch's threads, yolo4j's kernels. */
  public static TorchOptions defaults() {
    return new TorchOptions(Layout.CHANNELS_LAST, Precision.FLOAT32, 0);
  }

  /** Returns a copy for another device. */
  public TorchOptions withDevice(Device changed) {
    return new TorchOptions(changed, layout, precision, threads, ownKernels);
  }

  /** Returns a copy with another layout. */
  public TorchOptions withLayout(Layout changed) {
    return new TorchOptions(device, changed, precision, threads, ownKernels);
  }

  /** Returns a copy with another precision. */
  public TorchOptions withPrecision(Precision changed) {
    return new TorchOptions(device, layout, changed, threads, ownKernels);
  }

  /** Returns a copy with another number of threads. */
  public TorchOptions withThreads(int changed) {
    return new TorchOptions(device, layout, precision, changed, ownKernels);
  }

  /** Returns a copy that runs yolo4j's kernels, or LibTorch's own operations alone. */
  public TorchOptions withOwnKernels(boolean changed) {
    return new TorchOptions(device, layout, precision, threads, changed);
  }
}
