package io.yolo4j.runtime;

import io.yolo4j.graph.ChannelSlice;
import java.util.List;

/**
 * Lets a slice of channels be a view where all of its readers can work on slices; it stays a copy
 * where not, and where it is a slice of a slice.
 */
final class ChannelViews {
  private ChannelViews() {}

  static PlanGraph apply(PlanGraph graph) {
    List<List<PlanNode>> readers = graph.readers();
    PlanRewriter rewriter = new PlanRewriter(graph);
    for (PlanNode node : graph.nodes()) {
      if (node.op() instanceof PlanOp.Plain plain
          && plain.op() instanceof ChannelSlice slice
          && canBeView(graph, node, readers.get(node.id()))) {
        rewriter.add(node, new PlanOp.Channels(slice.first()), node.inputs(), node.work());
      } else {
        rewriter.copy(node);
      }
    }
    return rewriter.build();
  }

  private static boolean canBeView(PlanGraph graph, PlanNode node, List<PlanNode> readers) {
    PlanOp source = graph.node(node.inputs().get(0)).op();
    boolean sliced =
        source instanceof PlanOp.Channels
            || (source instanceof PlanOp.Plain plain && plain.op() instanceof ChannelSlice);
    return !sliced
        && !graph.isOutput(node)
        && readers.stream().allMatch(reader -> Slices.canRead(reader, node.id()));
  }
}
