package io.yolo4j.runtime;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Size2;
import java.util.List;

/**
 * Lets the first convolution, 6x6 with stride 2 and padding 2 on 3 channels, run as one of 3x3 with
 * stride 1 on 12: 2 x 2 pixels become the channels of one when the pixels are converted anyway.
 * Both are the same sums; three channels fill no register.
 */
final class PixelBlocks {
  private static final Size2 TWO = Size2.square(2);

  private PixelBlocks() {}

  static PlanGraph apply(PlanGraph graph) {
    List<List<PlanNode>> readers = graph.readers();
    PlanRewriter rewriter = new PlanRewriter(graph);
    for (PlanNode node : graph.nodes()) {
      if (node.op() instanceof PlanOp.Pixels && isStem(readers.get(node.id()), node)) {
        int blocks =
            rewriter.append(
                new PlanOp.Pixels(true), List.of(), shape(node), node.work(), node.path());
        rewriter.move(node, blocks);
      } else if (node.op() instanceof PlanOp.Convolution op
          && graph.node(node.inputs().get(0)).op() instanceof PlanOp.Pixels
          && isStem(readers.get(node.inputs().get(0)), graph.node(node.inputs().get(0)))) {
        rewriter.add(node, blocked(op), node.inputs(), node.work());
      } else {
        rewriter.copy(node);
      }
    }
    return rewriter.build();
  }

  /** Returns the shape of a picture's blocks. */
  static Shape shape(PlanNode pixels) {
    Shape shape = pixels.shape();
    return shape
        .withDim(1, 4 * shape.dim(1))
        .withDim(2, shape.dim(2) / 2)
        .withDim(3, shape.dim(3) / 2);
  }

  private static boolean isStem(List<PlanNode> readers, PlanNode pixels) {
    return readers.size() == 1
        && readers.get(0).op() instanceof PlanOp.Convolution op
        && op.conv().kernel().equals(Size2.square(6))
        && op.conv().stride().equals(TWO)
        && op.conv().padding().equals(TWO)
        && op.conv().dilation().area() == 1
        && op.conv().groups() == 1
        && pixels.shape().dim(2) % 2 == 0
        && pixels.shape().dim(3) % 2 == 0;
  }

  private static PlanOp.Convolution blocked(PlanOp.Convolution op) {
    Conv2d conv =
        Conv2d.of(4 * op.conv().inputChannels(), op.conv().outputChannels(), 3)
            .withBias(op.conv().bias());
    return new PlanOp.Convolution(
        conv, op.activation(), op.residual(), op.sources(), PlanOp.Convolution.InputForm.BLOCKS);
  }
}
