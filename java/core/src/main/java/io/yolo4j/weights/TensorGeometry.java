package io.yolo4j.weights;

import io.yolo4j.graph.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Arithmetic of sizes and strides, overflow-checked. */
final class TensorGeometry {
  private TensorGeometry() {}

  /**
   * Returns the shape with these dimensions; empty if one is negative or beyond int, or if there
   * are so many elements that their bytes overflow a long.
   */
  static Optional<Shape> shape(List<Long> dims) {
    long product = 1;
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      // Zeros are left out: [2^30, 2^30, 2^30, 0] overflows on the way although it is empty.
      product = dim == 0 ? product : saturatingMultiply(product, dim);
    }
    if (product > Long.MAX_VALUE / Double.BYTES) {
      return Optional.empty();
    }
    return Optional.of(new Shape(dims.stream().map(Long::intValue).toList()));
  }

  /**
   * Returns whether the elements lie row-major without gaps; strides of size-1 axes don't count.
   */
  static boolean isContiguous(Shape shape, List<Long> strides) {
    long expected = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) != 1 && strides.get(axis) != expected) {
        return shape.elements() == 0;
      }
      expected *= shape.dim(axis);
    }
    return true;
  }

  /**
   * Returns the number of storage elements that are covered, from the storage's start to the last
   * element; {@link Long#MAX_VALUE} if that overflows. An empty tensor covers only its offset.
   */
  static long extent(Shape shape, List<Long> strides, long offset) {
    if (shape.elements() == 0) {
      return offset;
    }
    long last = offset;
    for (int axis = 0; axis < shape.rank(); axis++) {
      long reach = saturatingMultiply(shape.dim(axis) - 1L, strides.get(axis));
      last = saturatingAdd(last, reach);
    }
    return saturatingAdd(last, 1);
  }

  /**
   * Copies strided elements in row-major order.
   *
   * @param from the whole storage
   * @param to filled from its position on; room for all elements
   */
  static void gather(ByteBuffer from, Layout layout, int elementBytes, ByteBuffer to) {
    int[] dims = layout.shape().toArray();
    int rank = dims.length;
    long[] index = new long[rank];
    long position = layout.offset();
    for (long count = layout.shape().elements(); count > 0; count--) {
      int at = (int) (position * elementBytes);
      for (int b = 0; b < elementBytes; b++) {
        to.put(from.get(at + b));
      }
      for (int axis = rank - 1; axis >= 0; axis--) { // an odometer, the last axis fastest
        position += layout.strides().get(axis);
        if (++index[axis] < dims[axis]) {
          break;
        }
        position -= layout.strides().get(axis) * dims[axis];
        index[axis] = 0;
      }
    }
  }

  /** Shape, strides and offset of a view of a storage, in elements. */
  record Layout(Shape shape, List<Long> strides, long offset) {}

  private static long saturatingMultiply(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return high != 0 || low < 0 ? Long.MAX_VALUE : low;
  }

  private static long saturatingAdd(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
