package io.yolo4j.weights;

import io.yolo4j.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An immutable tensor in host memory: row-major, contiguous, little-endian.
 *
 * <p>Ownership: the bytes lie on the heap or in a mapped file; a mapping lives as long as a tensor
 * refers to it, also after the file it came from was closed. The address of mapped bytes need not
 * be a multiple of the element size. Threads: safe.
 */
public final class HostTensor {
  private final DType dtype;
  private final Shape shape;
  private final ByteBuffer bytes;

  private HostTensor(DType dtype, Shape shape, ByteBuffer bytes) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes.slice().asReadOnlyBuffer();
  }

  /**
   * Returns a tensor over these bytes without a copy; the caller must not change them afterwards.
   *
   * @param bytes the elements in little-endian order, from its position to its limit
   * @throws IllegalArgumentException if the number of bytes is not that of the shape
   */
  public static HostTensor wrap(DType dtype, Shape shape, ByteBuffer bytes) {
    long expected = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "a %s tensor of shape %s must have %d bytes, got %d"
              .formatted(dtype, shape, expected, bytes.remaining()));
    }
    return new HostTensor(dtype, shape, bytes);
  }

  /**
   * Returns a float32 tensor with a copy of these values.
   *
   * @throws IllegalArgumentException if the number of values is not that of the shape
   */
  public static HostTensor of(float[] values, Shape shape) {
    requireElements(values.length, shape);
    ByteBuffer bytes = allocate(DType.F32, values.length);
    bytes.asFloatBuffer().put(values);
    return new HostTensor(DType.F32, shape, bytes);
  }

  /**
   * Returns an int64 tensor with a copy of these values.
   *
   * @throws IllegalArgumentException if the number of values is not that of the shape
   */
  public static HostTensor of(long[] values, Shape shape) {
    requireElements(values.length, shape);
    ByteBuffer bytes = allocate(DType.I64, values.length);
    bytes.asLongBuffer().put(values);
    return new HostTensor(DType.I64, shape, bytes);
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the dimensions. */
  public Shape shape() {
    return shape;
  }

  /** Returns the number of elements, 1 for a scalar. */
  public long elements() {
    return bytes.capacity() / dtype.bytes();
  }

  /** Returns the size in bytes. */
  public int byteSize() {
    return bytes.capacity();
  }

  /** Returns the bytes: a read-only little-endian view of its own, at position 0. */
  public ByteBuffer data() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the values as a new array; float64 and wide integers are rounded, booleans 0 or 1. */
  public float[] toFloats() {
    float[] values = new float[(int) elements()];
    if (dtype == DType.F32) {
      data().asFloatBuffer().get(values);
      return values;
    }
    ByteBuffer data = data();
    for (int i = 0; i < values.length; i++) {
      // Not by way of double for int64: that would round twice.
      values[i] = dtype == DType.I64 ? data.getLong(8 * i) : (float) element(data, i);
    }
    return values;
  }

  /** Returns the values as a new array; int64 beyond 2^53 is rounded, booleans are 0 or 1. */
  public double[] toDoubles() {
    double[] values = new double[(int) elements()];
    ByteBuffer data = data();
    for (int i = 0; i < values.length; i++) {
      values[i] = element(data, i);
    }
    return values;
  }

  /**
   * Returns this tensor in another floating-point type, rounded to nearest even; itself when it has
   * that type already.
   *
   * @throws IllegalArgumentException if this type or the wanted one is not floating-point
   */
  public HostTensor to(DType wanted) {
    if (wanted == dtype) {
      return this;
    }
    if (!dtype.isFloatingPoint() || !wanted.isFloatingPoint()) {
      throw new IllegalArgumentException(
          "only floating-point types can be converted, got %s to %s (shape %s)"
              .formatted(dtype, wanted, shape));
    }
    int count = (int) elements();
    ByteBuffer from = data();
    ByteBuffer converted = allocate(wanted, count);
    for (int i = 0; i < count; i++) {
      double value = element(from, i);
      switch (wanted) {
        case F32 -> converted.putFloat((float) value);
        case F64 -> converted.putDouble(value);
        case F16 -> converted.putShort(HalfFloats.toHalf(value));
        default -> converted.putShort(HalfFloats.toBfloat(value));
      }
    }
    return new HostTensor(wanted, shape, converted.flip());
  }

  /** Returns type and shape, not the values. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }

  private double element(ByteBuffer data, int index) {
    int at = index * dtype.bytes();
    return switch (dtype) {
      case F32 -> data.getFloat(at);
      case F64 -> data.getDouble(at);
      case F16 -> HalfFloats.fromHalf(data.getShort(at));
      case BF16 -> HalfFloats.fromBfloat(data.getShort(at));
      case I8 -> data.get(at);
      case U8 -> data.get(at) & 0xff;
      case I16 -> data.getShort(at);
      case I32 -> data.getInt(at);
      case I64 -> data.getLong(at);
      case BOOL -> data.get(at) == 0 ? 0 : 1;
    };
  }

  private static ByteBuffer allocate(DType dtype, int elements) {
    int size = Math.multiplyExact(elements, dtype.bytes());
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireElements(int given, Shape shape) {
    if (shape.elements() != given) {
      throw new IllegalArgumentException(
          "shape %s must have as many elements as values are given, got %d"
              .formatted(shape, given));
    }
  }
}
