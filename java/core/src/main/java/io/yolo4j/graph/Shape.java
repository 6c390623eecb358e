package io.yolo4j.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first; a scalar has none.
 *
 * @param dims each at least 0; the number of elements fits a long
 */
public record Shape(List<Integer> dims) {
  /** Checks the dimensions and copies them. */
  public Shape {
    dims = List.copyOf(dims);
    long elements = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("dimensions must not be negative, got " + dims);
      }
      if (dim > 0 && elements > Long.MAX_VALUE / dim) {
        throw new IllegalArgumentException(
            "the number of elements must be below 2^63, got shape " + dims);
      }
      elements *= dim;
    }
  }

  /** Returns the shape of these dimensions. */
  public static Shape of(int... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return dims.size();
  }

  /** Returns a dimension; negative indices count from the end. */
  public int dim(int index) {
    return dims.get(index < 0 ? rank() + index : index);
  }

  /** Returns this shape with one dimension replaced; negative indices count from the end. */
  public Shape withDim(int index, int value) {
    int[] changed = toArray();
    changed[index < 0 ? rank() + index : index] = value;
    return of(changed);
  }

  /** Returns the number of elements, 1 for a scalar. */
  public long elements() {
    long elements = 1;
    for (int dim : dims) {
      elements *= dim;
    }
    return elements;
  }

  /** Returns the dimensions as a new array. */
  public int[] toArray() {
    return dims.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the dimensions as {@code [1,3,640,640]}. */
  @Override
  public String toString() {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
