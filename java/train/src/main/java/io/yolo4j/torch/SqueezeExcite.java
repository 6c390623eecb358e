package io.yolo4j.torch;

import io.yolo4j.kernels.NativeLibrary;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Squeeze and excite as one operation of LibTorch, forward and backward, on our kernels
 * (native/squeeze_excite): pool, both products, gate and scaling. The first use loads and tests it
 * against LibTorch's own operations; where it isn't to be had or disagrees, those run instead, and
 * one warning says so.
 *
 * <p>On a GPU our CUDA kernels (native/cuda) run on LibTorch's current stream, after a self-test of
 * their own at the first use of that GPU; else LibTorch's operations, and one warning says so.
 * <b>No GPU has run this yet</b>: it was tested on the CPU only.
 *
 * <p>Threads: safe; on the CPU the operation runs on as many as LibTorch's do.
 */
public final class SqueezeExcite {
  private static final long[] NONE = {0, 0};

  private SqueezeExcite() {}

  private static final GpuOperation ON_GPUS =
      new GpuOperation("squeeze and excite", SqueezeExciteSelfTest::runOnGpu);

  /** Why it is not used in this process; decided once. */
  private static final class Loaded {
    static final Optional<String> FAILURE =
        FusedKernels.whyNot("squeeze and excite", SqueezeExciteSelfTest::run);
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
        ? "in one operation, instruction set %s, self-test passed"
            .formatted(NativeLibrary.load().isa().nativeName())
        : "LibTorch's own operations: " + Loaded.FAILURE.orElseThrow();
  }

  /**
   * Returns whether the operation takes a tensor of this type, layout and device. A GPU tests it on
   * the first call.
   */
  static boolean takes(Tensor x) {
    torch.ScalarType type = x.scalar_type().intern();
    return (type == torch.ScalarType.Float
            || type == torch.ScalarType.BFloat16
            || (type == torch.ScalarType.Half && x.is_cuda()))
        && x.dim() == 4
        && x.numel() > 0
        && (x.is_contiguous() || x.is_contiguous(torch.MemoryFormat.ChannelsLast))
        && (x.is_cpu() || ON_GPUS.runsOnDeviceOf(x));
  }

  /**
   * What is learned, as 1x1 convolutions have it: [S,C,1,1], [S], [C,S,1,1], [C].
   *
   * @param squeeze weights of the first product
   * @param squeezeBias its biases
   * @param excite weights of the second product
   * @param exciteBias its biases
   */
  record Weights(Tensor squeeze, Tensor squeezeBias, Tensor excite, Tensor exciteBias) {
    /** Returns all in one vector of a type, with a derivative. */
    Tensor packed(torch.ScalarType type) {
      // Of one height and width, so that the order of the elements is that of [S,C] in any layout.
      Tensor[] parts = {
        squeeze.reshape(-1), excite.reshape(-1), squeezeBias.reshape(-1), exciteBias.reshape(-1)
      };
      Tensor all = torch.cat(new TensorVector(parts));
      List.of(parts).forEach(Tensor::close);
      if (all.scalar_type().intern() == type) {
        return all;
      }
      Tensor typed = all.to(type);
      all.close();
      return typed;
    }
  }

  /**
   * Returns x, each channel of an image times its factor, with a derivative.
   *
   * @param x [N,C,H,W], float32, bfloat16 or, on a GPU, float16, dense in NCHW or NHWC; so is the
   *     result
   * @param squeezed S
   * @param functions codes of the activation and of the gate
   */
  static Tensor run(Tensor x, Weights weights, long squeezed, long[] functions) {
    Tensor packed = weights.packed(x.scalar_type().intern());
    try (TensorOptional none = new TensorOptional()) {
      return torch.convolution_overrideable(
          x, packed, none, functions, NONE, NONE, false, NONE, squeezed);
    } finally {
      // Autograd keeps what it needs.
      packed.close();
    }
  }
}
