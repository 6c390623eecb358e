package io.yolo4j.graph;

/**
 * What an operation costs, independent of the data type.
 *
 * @param flops floating-point operations; a multiply-add counts 2
 * @param inputElements elements read from feature maps
 * @param weightElements elements read from parameters and buffers
 * @param outputElements elements written
 */
public record Cost(long flops, long inputElements, long weightElements, long outputElements) {
  /** The cost of a view. */
  public static final Cost ZERO = new Cost(0, 0, 0, 0);

  /** Returns the elements moved. */
  public long elements() {
    return inputElements + weightElements + outputElements;
  }

  /** Returns the sum of two costs. */
  public Cost plus(Cost other) {
    return new Cost(
        flops + other.flops,
        inputElements + other.inputElements,
        weightElements + other.weightElements,
        outputElements + other.outputElements);
  }
}
