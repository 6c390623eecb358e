package io.yolo4j.torch;

import org.bytedeco.pytorch.Tensor;

/** A node's operation with its parameters bound. */
@FunctionalInterface
interface Step {
  /**
   * Runs the operation.
   *
   * @param inputs the inputs' tensors
   * @param training whether batch norms use and update batch statistics
   */
  Tensor run(Tensor[] inputs, boolean training);
}
