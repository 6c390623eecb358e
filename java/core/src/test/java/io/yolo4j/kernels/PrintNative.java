package io.yolo4j.kernels;

import org.bytedeco.javacpp.Pointer;

/** What a fresh process sees: the ISA and JavaCPP's limits, or the exception. */
final class PrintNative {
  private PrintNative() {}

  public static void main(String[] arguments) {
    try {
      System.out.println(NativeLibrary.load().isa());
      System.out.println(Pointer.maxPhysicalBytes() + " " + Pointer.maxBytes());
    } catch (NativeException | UnsupportedOperationException e) {
      System.out.println(e);
    }
  }
}
