package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.kernels.DecodeKernel;
import java.util.List;

/**
 * Splits the convolutions that give raw heads: one computes the boxes with their objectness, and
 * class scores follow where the objectness passes. A head that isn't a plain 1x1 convolution stays
 * as it is, and so does one with so few classes that looking costs more than it saves.
 */
final class ClassesOnDemand {
  /** With fewer classes the boxes are most of the convolution. */
  static final int FEWEST_CLASSES = 6;

  private ClassesOnDemand() {}

  /**
   * Returns the graph with its heads split.
   *
   * @param head what the outputs of {@code graph} are
   * @param leastObjectness what the objectness, behind the sigmoid, must exceed
   */
  static PlanGraph apply(PlanGraph graph, DetectionHead head, float leastObjectness) {
    PlanRewriter rewriter = new PlanRewriter(graph);
    List<List<PlanNode>> readers = graph.readers();
    for (PlanNode node : graph.nodes()) {
      int level = graph.outputs().indexOf(node.id());
      int anchors = level < 0 ? 0 : head.levels().get(level).anchors().size();
      if (level >= 0
          && readers.get(node.id()).isEmpty()
          && head.classes() >= FEWEST_CLASSES
          && anchors <= DecodeKernel.MOST_ANCHORS
          && node.op() instanceof PlanOp.Convolution op
          && isPlain(op)) {
        split(rewriter, node, op, anchors, leastObjectness);
      } else {
        rewriter.copy(node);
      }
    }
    return rewriter.build();
  }

  private static boolean isPlain(PlanOp.Convolution op) {
    return op.isPointwise()
        && op.activation() == Activation.Kind.IDENTITY
        && !op.residual()
        && op.input() == PlanOp.Convolution.InputForm.SAME
        && op.sources().size() == 1;
  }

  private static void split(
      PlanRewriter rewriter,
      PlanNode node,
      PlanOp.Convolution op,
      int anchors,
      float leastObjectness) {
    int outputs = node.channels() / anchors;
    HeadPart boxes = HeadPart.boxes(anchors, outputs);
    HeadPart classes = HeadPart.classes(anchors, outputs);
    int x = rewriter.place(node.inputs().get(0));
    int first =
        rewriter.append(
            op.withPart(boxes),
            List.of(x),
            node.shape().withDim(1, boxes.channels()),
            node.work(),
            node.path());
    // Its work is a part of the convolution's, for which the boxes' node stands.
    int second =
        rewriter.append(
            new PlanOp.ClassScores(op.withPart(classes), leastObjectness),
            List.of(x, first),
            node.shape().withDim(1, classes.channels()),
            List.of(),
            node.path());
    rewriter.move(node, second);
  }
}
