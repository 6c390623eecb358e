package io.yolo4j.torch;

/** Prints whether the fused batch norm is used, for tests that need another environment. */
final class PrintFused {
  private PrintFused() {}

  public static void main(String[] arguments) {
    System.out.println(FusedBatchNorm.isAvailable() + " " + FusedBatchNorm.status());
  }
}
