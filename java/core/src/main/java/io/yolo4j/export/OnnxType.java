package io.yolo4j.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The element types that exported networks use, with their numbers in ONNX files. */
public enum OnnxType {
  /** 32-bit floating point. */
  FLOAT32(1, 4),
  /** Unsigned 8-bit integer. */
  UINT8(2, 1),
  /** Signed 64-bit integer. */
  INT64(7, 8),
  /** IEEE 754 binary16. */
  FLOAT16(10, 2);

  private final int code;
  private final int bytes;

  OnnxType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the number that stands for the type in {@code TensorProto.DataType}. */
  public int code() {
    return code;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the type of that number. */
  static Optional<OnnxType> ofCode(long code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** Returns the name as NumPy has it, for example {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
