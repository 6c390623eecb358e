package io.yolo4j.runtime;

import io.yolo4j.graph.StridedSlice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the pixels come as blocks where a Focus would make them: four slices of every second row and
 * column, joined as channels. The convolution behind gets its weights in the blocks' order.
 */
final class FocusBlocks {
  /** Row and column offsets in the order in which a Focus joins them. */
  private static final List<StridedSlice> ORDER =
      List.of(
          new StridedSlice(0, 0, 2),
          new StridedSlice(1, 0, 2),
          new StridedSlice(0, 1, 2),
          new StridedSlice(1, 1, 2));

  private FocusBlocks() {}

  static PlanGraph apply(PlanGraph graph) {
    PlanNode focus = focus(graph);
    if (focus == null) {
      return graph;
    }
    PlanNode pixels = graph.node(graph.node(focus.inputs().get(0)).inputs().get(0));
    List<Integer> work = new ArrayList<>(focus.work());
    PlanRewriter rewriter = new PlanRewriter(graph);
    for (PlanNode node : graph.nodes()) {
      if (focus.inputs().contains(node.id()) || node.id() == pixels.id()) {
        work.addAll(node.work());
      } else if (node.id() == focus.id()) {
        int blocks =
            rewriter.append(
                new PlanOp.Pixels(true), List.of(), PixelBlocks.shape(pixels), work, node.path());
        rewriter.move(node, blocks);
      } else if (node.op() instanceof PlanOp.Convolution op && node.inputs().get(0) == focus.id()) {
        rewriter.add(node, reordered(op), node.inputs(), node.work());
      } else {
        rewriter.copy(node);
      }
    }
    return rewriter.build();
  }

  /** Returns the concatenation of a Focus whose only reader is a convolution, or null. */
  private static @Nullable PlanNode focus(PlanGraph graph) {
    List<List<PlanNode>> readers = graph.readers();
    for (PlanNode node : graph.nodes()) {
      List<PlanNode> behind = readers.get(node.id());
      if (ConcatPlacement.isConcat(node)
          && behind.size() == 1
          && behind.get(0).op() instanceof PlanOp.Convolution
          && joinsSlices(graph, node, readers)) {
        return node;
      }
    }
    return null;
  }

  private static boolean joinsSlices(
      PlanGraph graph, PlanNode concat, List<List<PlanNode>> readers) {
    if (concat.inputs().size() != ORDER.size()) {
      return false;
    }
    for (int i = 0; i < ORDER.size(); i++) {
      PlanNode slice = graph.node(concat.inputs().get(i));
      boolean fits =
          slice.op().equals(new PlanOp.Plain(ORDER.get(i)))
              && readers.get(slice.id()).size() == 1
              && graph.node(slice.inputs().get(0)).op() instanceof PlanOp.Pixels;
      if (!fits) {
        return false;
      }
    }
    PlanNode pixels = graph.node(graph.node(concat.inputs().get(0)).inputs().get(0));
    return readers.get(pixels.id()).size() == ORDER.size();
  }

  private static PlanOp.Convolution reordered(PlanOp.Convolution op) {
    return new PlanOp.Convolution(
        op.conv(),
        op.activation(),
        op.residual(),
        op.sources(),
        PlanOp.Convolution.InputForm.FOCUS);
  }
}
