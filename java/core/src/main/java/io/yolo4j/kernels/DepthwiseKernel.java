package io.yolo4j.kernels;

import io.yolo4j.bindings.DepthwiseBackwardBuffers;
import io.yolo4j.bindings.DepthwiseForwardBuffers;
import io.yolo4j.bindings.DepthwiseParams;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise 2-D convolution: every channel by itself, with a kernel of its own.
 *
 * <p>Shapes: x [N,C,H,W], weight [C,K,K], bias [C] → y [N,C,Ho,Wo], Ho = (H + top + bottom − K)/s +
 * 1, rounded down; x, y and their gradients lie dense in the layout.
 *
 * <p>Types: float32 or bfloat16, weights of x's type, biases and sums in float32.
 *
 * <p>Cost: 2·N·C·Ho·Wo·K² FLOPs; at least the bytes of x, weight and y.
 *
 * <p>Threads: safe. Ownership: all arrays and the workspace are the caller's; no two may overlap.
 *
 * @param type of x, weight and y: {@link ElementType#F32} or {@link ElementType#BF16}
 * @param layout of x and y
 * @param input N, C, H, W
 * @param window K, s and the zeros around x
 * @param activation behind the forward run: none to hardswish
 * @param threads how many to use at most; the result doesn't depend on it
 */
public record DepthwiseKernel(
    ElementType type,
    TensorLayout layout,
    Dimensions input,
    Window window,
    ActivationFunction activation,
    int threads) {
  /**
   * The window that moves over a picture.
   *
   * @param kernel side: 3 or 5
   * @param stride 1 or 2
   * @param top zeros above x, below the kernel's side like all four
   * @param left zeros to the left
   * @param bottom zeros below
   * @param right zeros to the right
   */
  public record Window(int kernel, int stride, int top, int left, int bottom, int right) {
    /** Returns a window with the same zeros on all sides. */
    public static Window of(int kernel, int stride, int padding) {
      return new Window(kernel, stride, padding, padding, padding, padding);
    }
  }

  /**
   * What is learned.
   *
   * @param weight [C,K,K], of x's type
   * @param bias float32 [C], or null for zeros
   * @param packed what {@link #pack} made of the weight; null: each run packs it itself
   */
  public record Weights(
      NativeArray weight, @Nullable NativeArray bias, @Nullable NativeArray packed) {
    /** Creates weights that each run packs. */
    public Weights(NativeArray weight, @Nullable NativeArray bias) {
      this(weight, bias, null);
    }
  }

  /**
   * Where gradients go.
   *
   * @param dx [N,C,H,W], or null where it is not wanted
   * @param dweight [C,K,K], or null where it is not wanted
   */
  public record Gradients(@Nullable NativeArray dx, @Nullable NativeArray dweight) {}

  /** Returns a convolution on one thread, without an activation. */
  public static DepthwiseKernel of(
      ElementType type, TensorLayout layout, Dimensions input, Window window) {
    return new DepthwiseKernel(type, layout, input, window, ActivationFunction.NONE, 1);
  }

  /** Returns the convolution with this activation behind. */
  public DepthwiseKernel withActivation(ActivationFunction function) {
    return new DepthwiseKernel(type, layout, input, window, function, threads);
  }

  /** Returns the convolution on so many threads at most. */
  public DepthwiseKernel withThreads(int most) {
    return new DepthwiseKernel(type, layout, input, window, activation, most);
  }

  /**
   * Returns the dimensions of y.
   *
   * @throws NativeException if the kernels don't know such a convolution
   */
  public Dimensions output() {
    long[] height = new long[1];
    long[] width = new long[1];
    withParams("yolo4j_depthwise_output", p -> Yolo4j.yolo4j_depthwise_output(p, height, width));
    return new Dimensions(input.images(), input.channels(), height[0], width[0]);
  }

  /**
   * Returns how many floats the packed weights have.
   *
   * @throws NativeException in NCHW, which has no such form
   */
  public long packedCount() {
    long[] bytes = new long[1];
    withParams(
        "yolo4j_depthwise_packed_bytes", p -> Yolo4j.yolo4j_depthwise_packed_bytes(p, bytes));
    return bytes[0] / Float.BYTES;
  }

  /**
   * Packs weights once for many forward runs; what comes of it depends on the weights, the type,
   * the channels and the kernel alone.
   *
   * @param packed float32, {@link #packedCount} long, is overwritten
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws NativeException in NCHW, which has no such form
   */
  public void pack(NativeArray weight, NativeArray packed) {
    long count = packedCount();
    Pointer from = weight.as("weight", type, weightCount());
    FloatPointer to = packed.floats("packed", count);
    withParams(
        "yolo4j_depthwise_pack",
        p ->
            NativeArray.during(
                () -> Yolo4j.yolo4j_depthwise_pack(p, from, to, count * Float.BYTES),
                weight,
                packed));
  }

  /**
   * y = activation(convolution of x + bias).
   *
   * @param pooled float32 [N,C], becomes the means of y over its pixels; or null
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array or the workspace is closed
   * @throws NativeException if the kernels don't know such a convolution
   */
  public void forward(
      NativeArray x,
      Weights weights,
      NativeArray y,
      @Nullable NativeArray pooled,
      KernelWorkspace workspace) {
    long channels = input.channels();
    long bytes = workspaceBytes();
    try (DepthwiseForwardBuffers buffers = new DepthwiseForwardBuffers()) {
      buffers
          .struct_size(buffers.sizeof())
          .x(x.as("x", type, input.elements()))
          .weight(weights.weight().as("weight", type, weightCount()))
          .bias(NativeArray.optionalFloats(weights.bias(), "bias", channels))
          .y(y.as("y", type, output().elements()))
          .pooled(NativeArray.optionalFloats(pooled, "pooled", input.images() * channels))
          .packed(packed(weights))
          .workspace(workspace.atLeast(bytes))
          .workspace_bytes(bytes);
      withParams(
          "yolo4j_depthwise_forward",
          p ->
              NativeArray.during(
                  () -> Yolo4j.yolo4j_depthwise_forward(p, buffers),
                  x,
                  weights.weight(),
                  weights.bias(),
                  weights.packed(),
                  y,
                  pooled));
    }
  }

  /**
   * Gradients of x and of the weights, without an activation.
   *
   * @param x may be null where the weights' gradient is not wanted
   * @param dy gradient of y
   * @param weight may be null where x's gradient is not wanted
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array or the workspace is closed
   * @throws NativeException if the kernels don't know such a convolution, or an array is missing
   */
  public void backward(
      @Nullable NativeArray x,
      NativeArray dy,
      @Nullable NativeArray weight,
      Gradients gradients,
      KernelWorkspace workspace) {
    NativeArray dx = gradients.dx();
    NativeArray dweight = gradients.dweight();
    long bytes = workspaceBytes();
    try (DepthwiseBackwardBuffers buffers = new DepthwiseBackwardBuffers()) {
      buffers
          .struct_size(buffers.sizeof())
          .x(NativeArray.optional(x, "x", type, input.elements()))
          .dy(dy.as("dy", type, output().elements()))
          .weight(NativeArray.optional(weight, "weight", type, weightCount()))
          .dx(NativeArray.optional(dx, "dx", type, input.elements()))
          .dweight(NativeArray.optional(dweight, "dweight", type, weightCount()))
          .workspace(workspace.atLeast(bytes))
          .workspace_bytes(bytes);
      withParams(
          "yolo4j_depthwise_backward",
          p ->
              NativeArray.during(
                  () -> Yolo4j.yolo4j_depthwise_backward(p, buffers), x, dy, weight, dx, dweight));
    }
  }

  private @Nullable FloatPointer packed(Weights weights) {
    NativeArray packed = weights.packed();
    return packed == null ? null : packed.floats("packed", packedCount());
  }

  private long weightCount() {
    return input.channels() * window.kernel() * window.kernel();
  }

  private long workspaceBytes() {
    long[] bytes = new long[1];
    withParams("yolo4j_depthwise_workspace", p -> Yolo4j.yolo4j_depthwise_workspace(p, bytes));
    return bytes[0];
  }

  private void withParams(String function, ToIntFunction<DepthwiseParams> call) {
    NativeLibrary.load();
    try (DepthwiseParams params = new DepthwiseParams()) {
      params
          .struct_size(params.sizeof())
          .dtype(type.code())
          .layout(layout.code())
          .activation(activation.code())
          .threads(threads)
          .kernel(window.kernel())
          .stride(window.stride())
          .pad_top(window.top())
          .pad_left(window.left())
          .pad_bottom(window.bottom())
          .pad_right(window.right())
          .images(input.images())
          .channels(input.channels())
          .height(input.height())
          .width(input.width());
      NativeLibrary.check(function, call.applyAsInt(params));
    }
  }
}
