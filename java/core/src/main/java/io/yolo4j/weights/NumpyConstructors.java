package io.yolo4j.weights;

import io.yolo4j.graph.Shape;
import io.yolo4j.weights.CheckpointException.Reason;
import io.yolo4j.weights.TensorGeometry.Layout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The constructors of numpy's scalars and arrays, which checkpoints hold for figures such as the
 * best fitness. Numbers and booleans become values; anything else stays an inert object.
 */
final class NumpyConstructors {
  private static final Set<String> NAMES =
      Set.of(
          "numpy.dtype",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct");

  /** A numpy dtype: type code such as f8, and the byte order that its state sets. */
  private static final class NumpyType {
    final String code;
    boolean bigEndian;

    NumpyType(String code) {
      this.code = code;
    }

    Optional<DType> dtype() {
      return Optional.ofNullable(
          switch (code) {
            case "f2" -> DType.F16;
            case "f4" -> DType.F32;
            case "f8" -> DType.F64;
            case "i1" -> DType.I8;
            case "u1" -> DType.U8;
            case "i2" -> DType.I16;
            case "i4" -> DType.I32;
            case "i8" -> DType.I64;
            case "b1" -> DType.BOOL;
            default -> null;
          });
    }

    @Override
    public String toString() {
      return "numpy.dtype " + code;
    }
  }

  private final FileBytes file;
  private final PickleBudget budget;

  NumpyConstructors(FileBytes file, PickleBudget budget) {
    this.file = file;
    this.budget = budget;
  }

  static boolean knows(String qualifiedName) {
    return NAMES.contains(qualifiedName);
  }

  static boolean isBuildable(@Nullable Object target) {
    return target instanceof NumpyType || target instanceof PickledArray;
  }

  Object reduce(String name, List<Object> args) throws CheckpointException {
    if (name.equals("numpy.dtype")) {
      if (args.isEmpty() || !(args.get(0) instanceof String code) || code.length() > 256) {
        throw bad("numpy.dtype must have a type code");
      }
      return new NumpyType(code);
    }
    return name.endsWith("scalar") ? scalar(args) : new PickledArray();
  }

  void build(@Nullable Object target, @Nullable Object state) throws CheckpointException {
    if (!(state instanceof List<?> parts) || parts.size() < 2) {
      throw bad("the state of a numpy object must be a tuple, got " + PickleValues.describe(state));
    }
    if (target instanceof NumpyType type) {
      type.bigEndian = ">".equals(parts.get(1));
    } else if (target instanceof PickledArray array) {
      array.setValues(values(parts));
    }
  }

  private Object scalar(List<Object> args) throws CheckpointException {
    if (args.size() != 2 || !(args.get(0) instanceof NumpyType type)) {
      throw bad("a numpy scalar must have a type and bytes");
    }
    DType dtype = type.dtype().orElse(null);
    if (dtype == null || !(args.get(1) instanceof byte[] bytes)) {
      return new PickleObject("numpy.generic", args);
    }
    HostTensor value = tensor(type, dtype, Shape.of(), bytes);
    if (dtype == DType.BOOL) {
      return value.data().get(0) != 0;
    }
    if (dtype == DType.I64) {
      return value.data().getLong(0);
    }
    double number = value.toDoubles()[0];
    return dtype.isFloatingPoint() ? (Object) number : (Object) (long) number;
  }

  /** Makes the values of an array from (version, shape, dtype, is Fortran order, bytes). */
  private @Nullable HostTensor values(List<?> state) throws CheckpointException {
    if (state.size() != 5
        || !(state.get(1) instanceof List<?> sizes)
        || !(state.get(2) instanceof NumpyType type)) {
      throw bad("the state of a numpy array must be (version, shape, dtype, is_fortran, bytes)");
    }
    DType dtype = type.dtype().orElse(null);
    if (dtype == null || !(state.get(4) instanceof byte[] bytes)) {
      return null;
    }
    budget.spend(2L * PickleBudget.OBJECT_BYTES * sizes.size());
    List<Long> dims = new ArrayList<>();
    for (Object size : sizes.subList(0, Math.min(sizes.size(), 65))) {
      dims.add(size instanceof Long dim ? dim : Long.valueOf(-1));
    }
    Shape shape = TensorGeometry.shape(dims).filter(s -> s.rank() <= 64).orElse(null);
    if (shape == null) {
      throw file.failure(
          Reason.BAD_TENSOR_GEOMETRY,
          "a numpy array must have at most 64 sizes from 0 on, got " + dims);
    }
    HostTensor stored = tensor(type, dtype, shape, bytes);
    return Boolean.TRUE.equals(state.get(3)) ? rowMajor(stored) : stored;
  }

  private HostTensor tensor(NumpyType type, DType dtype, Shape shape, byte[] bytes)
      throws CheckpointException {
    if (shape.elements() * dtype.bytes() != bytes.length) {
      throw file.failure(
          Reason.STORAGE_TOO_SHORT,
          "a numpy array of type %s and shape %s must have its bytes, got %d"
              .formatted(dtype, shape, bytes.length));
    }
    budget.spend(bytes.length);
    byte[] little = bytes.clone();
    if (type.bigEndian) {
      for (int i = 0; i < little.length; i++) {
        // Mirrors the index within its element.
        int element = i - i % dtype.bytes();
        little[i] = bytes[element + dtype.bytes() - 1 - i % dtype.bytes()];
      }
    }
    return HostTensor.wrap(dtype, shape, ByteBuffer.wrap(little));
  }

  private HostTensor rowMajor(HostTensor columnMajor) throws CheckpointException {
    budget.spend(columnMajor.byteSize());
    List<Long> strides = new ArrayList<>();
    long stride = 1;
    for (int dim : columnMajor.shape().dims()) {
      strides.add(stride);
      stride *= dim;
    }
    ByteBuffer copy = ByteBuffer.allocate(columnMajor.byteSize());
    Layout layout = new Layout(columnMajor.shape(), strides, 0);
    TensorGeometry.gather(columnMajor.data(), layout, columnMajor.dtype().bytes(), copy);
    return HostTensor.wrap(columnMajor.dtype(), columnMajor.shape(), copy.flip());
  }

  private CheckpointException bad(String detail) {
    return file.failure(Reason.BAD_PICKLE, "bad pickle: " + detail);
  }
}
