package io.yolo4j.kernels;

/**
 * A constant that both sides of the C ABI know by an explicit code. Ordinals would drift; code and
 * name of every constant are compared with the library's when it is loaded.
 */
public sealed interface NativeCode permits CpuFeature, ElementType, Isa, NativeStatus {
  /** Returns the code in the C ABI. */
  int code();

  /** Returns the library's name for the code. */
  String nativeName();
}
