package io.yolo4j.kernels;

import io.yolo4j.bindings.ElementwiseParams;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.function.ToIntFunction;

/**
 * An element-wise function by itself.
 *
 * <p>Shapes: any; {@code count} elements without gaps. Types: float32 or bfloat16, computed in
 * float32.
 *
 * <p>Cost: 1 to 4 FLOPs an element for the piecewise linear functions; the bytes of x and y, of x,
 * dy and dx for the gradient.
 *
 * <p>Threads: safe. Ownership: all arrays are the caller's.
 *
 * @param type {@link ElementType#F32} or {@link ElementType#BF16}
 * @param function which one
 * @param count of elements
 * @param threads how many to use at most; the result doesn't depend on it
 */
public record ActivationKernel(
    ElementType type, ActivationFunction function, long count, int threads) {
  /**
   * y = function(x); y may be x.
   *
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array is closed
   * @throws NativeException if a value is out of range
   */
  public void forward(NativeArray x, NativeArray y) {
    withParams(
        "yolo4j_activation_forward",
        p ->
            NativeArray.during(
                () ->
                    Yolo4j.yolo4j_activation_forward(
                        p, x.as("x", type, count), y.as("y", type, count)),
                x,
                y));
  }

  /**
   * dx = dy · the function's derivative at x; dx may be dy.
   *
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array is closed
   * @throws NativeException if a value is out of range
   */
  public void backward(NativeArray x, NativeArray dy, NativeArray dx) {
    withParams(
        "yolo4j_activation_backward",
        p ->
            NativeArray.during(
                () ->
                    Yolo4j.yolo4j_activation_backward(
                        p,
                        x.as("x", type, count),
                        dy.as("dy", type, count),
                        dx.as("dx", type, count)),
                x,
                dy,
                dx));
  }

  private void withParams(String name, ToIntFunction<ElementwiseParams> call) {
    NativeLibrary.load();
    try (ElementwiseParams params = new ElementwiseParams()) {
      params
          .struct_size(params.sizeof())
          .dtype(type.code())
          .activation(function.code())
          .threads(threads)
          .count(count);
      NativeLibrary.check(name, call.applyAsInt(params));
    }
  }
}
