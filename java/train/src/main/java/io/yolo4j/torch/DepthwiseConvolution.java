package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Size2;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.runtime.ActivationCodes;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Depthwise convolution as an operation of LibTorch, forward and backward, on our kernels
 * (native/depthwise). The first use loads and tests it against LibTorch's own operation; where it
 * isn't to be had or disagrees, LibTorch's runs instead, and one warning says so.
 *
 * <p>On a GPU our CUDA kernels (native/cuda) run on LibTorch's current stream, after a self-test of
 * their own at the first use of that GPU; else LibTorch's operation, and one warning says so. <b>No
 * GPU has run this yet</b>: it was tested on the CPU only.
 *
 * <p>Threads: safe; on the CPU the operation runs on as many as LibTorch's do.
 */
public final class DepthwiseConvolution {
  private static final long[] ONE = {1, 1};

  private DepthwiseConvolution() {}

  private static final GpuOperation ON_GPUS =
      new GpuOperation("depthwise convolution", DepthwiseSelfTest::runOnGpu);

  /** Why it is not used in this process; decided once. */
  private static final class Loaded {
    static final Optional<String> FAILURE =
        FusedKernels.whyNot("depthwise convolution", DepthwiseSelfTest::run);
  }

  /**
   * Returns whether networks run with it; loads and tests it on the first call.
   *
   * @throws io.yolo4j.kernels.NativeException if {@code YOLO4J_ISA} asks for what this CPU can't
   *     run
   */
  public static boolean isAvailable() {
    // Outside of the class above: a wish that can't be met fails each call with its own text.
    NativeLibrary.isAvailable();
    return Loaded.FAILURE.isEmpty();
  }

  /**
   * Returns a line for people: that it is used and with which instruction set, or why not.
   *
   * @throws io.yolo4j.kernels.NativeException as {@link #isAvailable()}
   */
  public static String status() {
    return isAvailable()
        ? "3x3 and 5x5, instruction set %s, self-test passed"
            .formatted(NativeLibrary.load().isa().nativeName())
        : "LibTorch's own operation: " + Loaded.FAILURE.orElseThrow();
  }

  /** Returns whether the kernels know such a convolution. */
  static boolean knows(Conv2d op) {
    int kernel = op.kernel().height();
    int stride = op.stride().height();
    return op.groups() == op.inputChannels()
        && op.inputChannels() == op.outputChannels()
        && op.groups() > 1
        && square(op.kernel())
        && (kernel == 3 || kernel == 5)
        && square(op.stride())
        && (stride == 1 || stride == 2)
        && op.padding().height() < kernel
        && op.padding().width() < kernel
        && op.dilation().height() == 1
        && op.dilation().width() == 1;
  }

  private static boolean square(Size2 size) {
    return size.height() == size.width();
  }

  /**
   * Returns whether the operation takes a tensor of this type, layout and device, which the
   * weight's type and device must be too; a gradient of a bias is there on the CPU in float32 only.
   * A GPU tests it on the first call.
   */
  static boolean takes(Tensor x, Tensor weight, Conv2d op, boolean training) {
    torch.ScalarType type = x.scalar_type().intern();
    boolean biasLearns = op.bias() && training;
    return (type == torch.ScalarType.Float
            || (type == torch.ScalarType.BFloat16 && !biasLearns)
            || (type == torch.ScalarType.Half && x.is_cuda()))
        && type == weight.scalar_type().intern()
        && x.dim() == 4
        && x.numel() > 0
        && (x.is_contiguous() || x.is_contiguous(torch.MemoryFormat.ChannelsLast))
        && (x.is_cpu() || (!biasLearns && weight.is_cuda() && ON_GPUS.runsOnDeviceOf(x)));
  }

  /**
   * Returns the convolution of x, with a derivative.
   *
   * @param x [N,C,H,W], float32, bfloat16 or, on a GPU, float16, dense in NCHW or NHWC; so is the
   *     result
   * @param weight [C,1,K,K], of x's type
   * @param bias [C], float32 or of x's type, or empty
   */
  static Tensor run(Tensor x, Tensor weight, TensorOptional bias, Conv2d op) {
    return run(x, weight, bias, op, Activation.Kind.IDENTITY);
  }

  /**
   * As {@link #run(Tensor, Tensor, TensorOptional, Conv2d)}, with an activation behind; it has no
   * derivative then.
   */
  static Tensor run(
      Tensor x, Tensor weight, TensorOptional bias, Conv2d op, Activation.Kind behind) {
    return torch.convolution_overrideable(
        x,
        weight,
        bias,
        new long[] {op.stride().height(), op.stride().width()},
        new long[] {op.padding().height(), op.padding().width()},
        ONE,
        false,
        // In the schema the padding of a transposed convolution's output.
        new long[] {ActivationCodes.of(behind), 0},
        op.groups());
  }
}
