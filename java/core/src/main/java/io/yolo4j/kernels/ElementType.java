package io.yolo4j.kernels;

/** The element types of the C ABI, with the codes of {@code enum yolo4j_dtype}. */
public enum ElementType implements NativeCode {
  /** IEEE 754 binary32. */
  F32(1, "f32", 4),
  /** IEEE 754 binary16. */
  F16(2, "f16", 2),
  /** The upper half of a binary32. */
  BF16(3, "bf16", 2),
  /** IEEE 754 binary64. */
  F64(4, "f64", 8),
  /** Unsigned 8-bit integer. */
  U8(5, "u8", 1),
  /** Signed 8-bit integer. */
  I8(6, "i8", 1),
  /** Signed 32-bit integer. */
  I32(7, "i32", 4),
  /** Signed 64-bit integer. */
  I64(8, "i64", 8);

  private final int code;
  private final String nativeName;
  private final int bytes;

  ElementType(int code, String nativeName, int bytes) {
    this.code = code;
    this.nativeName = nativeName;
    this.bytes = bytes;
  }

  @Override
  public int code() {
    return code;
  }

  @Override
  public String nativeName() {
    return nativeName;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
