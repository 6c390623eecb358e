package io.yolo4j.torch;

/** Prints whether the depthwise kernels are used, for tests that need another environment. */
final class PrintDepthwise {
  private PrintDepthwise() {}

  public static void main(String[] arguments) {
    System.out.println(DepthwiseConvolution.isAvailable() + " " + DepthwiseConvolution.status());
  }
}
