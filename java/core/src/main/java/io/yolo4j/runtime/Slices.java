package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;

/** Which steps read and write tensors whose pixels stand apart. */
final class Slices {
  private Slices() {}

  /**
   * Returns whether a node can read a tensor that is some channels of a larger one.
   *
   * @param input the id of the tensor's node
   */
  static boolean canRead(PlanNode reader, int input) {
    if (reader.op() instanceof PlanOp.Convolution op) {
      // What is added is added by a step of its own then.
      return reader.inputs().get(0) != input || op.isPointwise();
    }
    return reader.op() instanceof PlanOp.Attention
        || reader.op() instanceof PlanOp.ClassScores
        || (reader.op() instanceof PlanOp.Plain plain && !(plain.op() instanceof Activation));
  }

  /** Returns whether a node can write its result as some channels of a larger tensor. */
  static boolean canWrite(PlanNode node) {
    if (node.op() instanceof PlanOp.Convolution op) {
      return op.isPointwise() && !op.residual();
    }
    return node.op() instanceof PlanOp.Plain plain && !(plain.op() instanceof Activation);
  }
}
