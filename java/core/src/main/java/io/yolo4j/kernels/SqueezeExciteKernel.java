package io.yolo4j.kernels;

import io.yolo4j.bindings.SqueezeExciteBuffers;
import io.yolo4j.bindings.SqueezeExciteParams;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Squeeze and excite in one call: y = x · gate(excite(activation(squeeze(mean of x)))), one factor
 * a channel of an image (Hu, Shen, Sun: Squeeze-and-Excitation Networks, 2018).
 *
 * <p>Shapes: x, y [N,C,H,W], dense in the layout; squeeze weight [S,C] and bias [S], excite weight
 * [C,S] and bias [C].
 *
 * <p>Types: float32 or bfloat16, weights of x's type, biases and sums in float32.
 *
 * <p>Cost: 2·N·C·H·W + 4·N·C·S FLOPs and a little; x is read twice, once where its means are given.
 *
 * <p>Threads: safe. Ownership: all arrays and the workspace are the caller's; none may overlap,
 * except that y may be x.
 *
 * @param type {@link ElementType#F32} or {@link ElementType#BF16}
 * @param layout of x and y
 * @param input N, C, H, W
 * @param squeezed S
 * @param functions behind the two products
 * @param threads how many to use at most; the result doesn't depend on it
 */
public record SqueezeExciteKernel(
    ElementType type,
    TensorLayout layout,
    Dimensions input,
    long squeezed,
    Functions functions,
    int threads) {
  /**
   * What follows the products.
   *
   * @param activation after the squeeze: none to hardswish
   * @param gate after the excitation: hardsigmoid or sigmoid
   */
  public record Functions(ActivationFunction activation, ActivationFunction gate) {
    /** MobileNetV3's. */
    public static final Functions MOBILENET_V3 =
        new Functions(ActivationFunction.RELU, ActivationFunction.HARDSIGMOID);
  }

  /**
   * What is learned.
   *
   * @param squeeze [S,C]
   * @param squeezeBias float32 [S], or null for zeros
   * @param excite [C,S]
   * @param exciteBias float32 [C], or null for zeros
   */
  public record Weights(
      NativeArray squeeze,
      @Nullable NativeArray squeezeBias,
      NativeArray excite,
      @Nullable NativeArray exciteBias) {}

  /**
   * Runs the block.
   *
   * @param pooled float32 [N,C], x's means over its pixels, as a depthwise convolution gives them;
   *     null: they are computed
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array or the workspace is closed
   * @throws NativeException if a value is out of range
   */
  public void run(
      NativeArray x,
      @Nullable NativeArray pooled,
      Weights weights,
      NativeArray y,
      KernelWorkspace workspace) {
    long channels = input.channels();
    long bytes = workspaceBytes();
    try (SqueezeExciteBuffers buffers = new SqueezeExciteBuffers()) {
      buffers
          .struct_size(buffers.sizeof())
          .x(x.as("x", type, input.elements()))
          .pooled(NativeArray.optionalFloats(pooled, "pooled", input.images() * channels))
          .squeeze_weight(weights.squeeze().as("squeeze weight", type, squeezed * channels))
          .squeeze_bias(NativeArray.optionalFloats(weights.squeezeBias(), "squeeze bias", squeezed))
          .excite_weight(weights.excite().as("excite weight", type, squeezed * channels))
          .excite_bias(NativeArray.optionalFloats(weights.exciteBias(), "excite bias", channels))
          .y(y.as("y", type, input.elements()))
          .workspace(workspace.atLeast(bytes))
          .workspace_bytes(bytes);
      withParams(
          "yolo4j_squeeze_excite_run",
          p ->
              NativeArray.during(
                  () -> Yolo4j.yolo4j_squeeze_excite_run(p, buffers),
                  x,
                  pooled,
                  weights.squeeze(),
                  weights.squeezeBias(),
                  weights.excite(),
                  weights.exciteBias(),
                  y));
    }
  }

  private long workspaceBytes() {
    long[] bytes = new long[1];
    withParams(
        "yolo4j_squeeze_excite_workspace", p -> Yolo4j.yolo4j_squeeze_excite_workspace(p, bytes));
    return bytes[0];
  }

  private void withParams(String function, ToIntFunction<SqueezeExciteParams> call) {
    NativeLibrary.load();
    try (SqueezeExciteParams params = new SqueezeExciteParams()) {
      params
          .struct_size(params.sizeof())
          .dtype(type.code())
          .layout(layout.code())
          .activation(functions.activation().code())
          .gate(functions.gate().code())
          .threads(threads)
          .images(input.images())
          .channels(input.channels())
          .pixels(input.pixels())
          .squeezed(squeezed);
      NativeLibrary.check(function, call.applyAsInt(params));
    }
  }
}
