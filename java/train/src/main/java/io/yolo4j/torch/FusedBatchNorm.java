package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.runtime.ActivationCodes;
import java.util.Optional;
import org.bytedeco.pytorch.T_TensorTensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch norm with the activation behind it as one operation of LibTorch in training, forward and
 * backward, on our kernels (native/batch_norm). The first use loads and tests it against LibTorch's
 * own operations, with every type, layout and activation; where it isn't to be had or disagrees,
 * LibTorch's operations run instead, and one warning says so.
 *
 * <p>Threads: safe; the operation runs on as many as LibTorch's do.
 */
public final class FusedBatchNorm {
  private FusedBatchNorm() {}

  /** Why the fused operation is not used in this process; decided once. */
  private static final class Loaded {
    static final Optional<String> FAILURE =
        FusedKernels.whyNot("fused batch norm", FusedSelfTest::run);
  }

  /**
   * Returns whether networks train with it; loads and tests it on the first call.
   *
   * @throws io.yolo4j.kernels.NativeException if {@code YOLO4J_ISA} asks for what this CPU can't
   *     run
   */
  public static boolean isAvailable() {
    // Outside of the class below: a wish that can't be met fails each call with its own text.
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
        ? "fused with activations, instruction set %s, self-test passed"
            .formatted(NativeLibrary.load().isa().nativeName())
        : "LibTorch's own operations: " + Loaded.FAILURE.orElseThrow();
  }

  /** Returns whether the operation knows the activation; {@code IDENTITY} for none. */
  static boolean knows(Activation.Kind activation) {
    return ActivationCodes.isBehind(activation);
  }

  /**
   * Returns whether the operation takes a tensor of this type, layout and device. On a GPU the name
   * that it is registered under means cuDNN's batch norm, which knows nothing of activations.
   */
  static boolean takes(Tensor x) {
    torch.ScalarType type = x.scalar_type().intern();
    return x.is_cpu()
        && (type == torch.ScalarType.Float || type == torch.ScalarType.BFloat16)
        && x.dim() == 4
        && x.numel() > 0
        && (x.is_contiguous() || x.is_contiguous(torch.MemoryFormat.ChannelsLast));
  }

  /** The tensors of a batch norm. */
  record Parameters(
      Tensor weight, TensorOptional bias, TensorOptional mean, TensorOptional variance) {}

  /**
   * Returns activation(batch norm(x)) in training mode; moves the running statistics.
   *
   * @param x [N,C,H,W], float32 or bfloat16, dense in NCHW or NHWC; so is the result
   */
  static Tensor run(
      Tensor x,
      Parameters parameters,
      Activation.Kind activation,
      double momentum,
      double epsilon) {
    if (!knows(activation)) {
      throw new IllegalArgumentException("no fused batch norm with " + activation);
    }
    int code = ActivationCodes.of(activation);
    // The operation's schema has no place for the activation: it travels with the momentum.
    try (T_TensorTensorTensorTensor_T results =
        torch.cudnn_batch_norm(
            x,
            parameters.weight(),
            parameters.bias(),
            parameters.mean(),
            parameters.variance(),
            true,
            momentum + 2.0 * code,
            epsilon)) {
      // A handle of its own: the first one's belongs to the tuple.
      return new Tensor(results.get0());
    }
  }
}
