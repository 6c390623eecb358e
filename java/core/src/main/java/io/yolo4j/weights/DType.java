package io.yolo4j.weights;

import java.util.Arrays;
import java.util.Optional;

/**
 * The element type of a stored tensor, with its name in each file format. Complex, quantized and
 * 8-bit float tensors are not supported; readers refuse them with {@link
 * CheckpointException.Reason#UNSUPPORTED}.
 */
public enum DType {
  /** IEEE 754 binary32. */
  F32(1, 4, "float32", "F32", "FloatStorage"),
  /** IEEE 754 binary64. */
  F64(2, 8, "float64", "F64", "DoubleStorage"),
  /** IEEE 754 binary16. */
  F16(3, 2, "float16", "F16", "HalfStorage"),
  /** The upper half of a binary32. */
  BF16(4, 2, "bfloat16", "BF16", "BFloat16Storage"),
  /** Signed 8-bit integer. */
  I8(5, 1, "int8", "I8", "CharStorage"),
  /** Unsigned 8-bit integer. */
  U8(6, 1, "uint8", "U8", "ByteStorage"),
  /** Signed 16-bit integer. */
  I16(7, 2, "int16", "I16", "ShortStorage"),
  /** Signed 32-bit integer. */
  I32(8, 4, "int32", "I32", "IntStorage"),
  /** Signed 64-bit integer. */
  I64(9, 8, "int64", "I64", "LongStorage"),
  /** One byte, 0 is false and anything else true. */
  BOOL(10, 1, "bool", "BOOL", "BoolStorage");

  private final int code;
  private final int bytes;
  private final String torchName;
  private final String safeTensorsName;
  private final String storageClass;

  DType(int code, int bytes, String torchName, String safeTensorsName, String storageClass) {
    this.code = code;
    this.bytes = bytes;
    this.torchName = torchName;
    this.safeTensorsName = safeTensorsName;
    this.storageClass = storageClass;
  }

  /** Returns the number that stands for this type outside Java; it never changes. */
  public int code() {
    return code;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the name in PyTorch, for example {@code float16}. */
  public String torchName() {
    return torchName;
  }

  /** Returns the name in a safetensors header, for example {@code F16}. */
  public String safeTensorsName() {
    return safeTensorsName;
  }

  /** Returns the name of the storage class in a pickled checkpoint, for example HalfStorage. */
  public String storageClass() {
    return storageClass;
  }

  /** Returns whether this is one of the four floating-point types. */
  public boolean isFloatingPoint() {
    return this == F32 || this == F64 || this == F16 || this == BF16;
  }

  /** Returns the type with this name in a safetensors header. */
  public static Optional<DType> ofSafeTensorsName(String name) {
    return Arrays.stream(values()).filter(type -> type.safeTensorsName.equals(name)).findFirst();
  }

  /** Returns the type with this storage class (without its module) in a pickled checkpoint. */
  public static Optional<DType> ofStorageClass(String name) {
    return Arrays.stream(values()).filter(type -> type.storageClass.equals(name)).findFirst();
  }
}
