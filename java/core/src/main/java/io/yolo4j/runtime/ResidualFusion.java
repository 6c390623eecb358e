package io.yolo4j.runtime;

import io.yolo4j.graph.Add;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a dense convolution add the residual that is added to its result alone: the result moves
 * once. The convolution goes to the addition's place, since both inputs are there by then.
 */
final class ResidualFusion {
  private ResidualFusion() {}

  static PlanGraph apply(PlanGraph graph) {
    Map<Integer, PlanNode> convolutionOf = new HashMap<>();
    List<List<PlanNode>> readers = graph.readers();
    for (PlanNode node : graph.nodes()) {
      PlanNode convolution = convolution(graph, node, readers);
      if (convolution != null) {
        convolutionOf.put(node.id(), convolution);
      }
    }
    PlanRewriter rewriter = new PlanRewriter(graph);
    for (PlanNode node : graph.nodes()) {
      PlanNode convolution = convolutionOf.get(node.id());
      if (convolution != null) {
        rewriter.add(
            node,
            ((PlanOp.Convolution) convolution.op()).withResidual(),
            inputs(node, convolution),
            work(node, convolution));
      } else if (!convolutionOf.containsValue(node)) {
        rewriter.copy(node);
      }
    }
    return rewriter.build();
  }

  /** Returns the input of an addition that can do it, the later one if both can. */
  private static @Nullable PlanNode convolution(
      PlanGraph graph, PlanNode node, List<List<PlanNode>> readers) {
    if (!(node.op() instanceof PlanOp.Plain plain && plain.op() instanceof Add)
        || node.inputs().get(0).equals(node.inputs().get(1))) {
      return null;
    }
    return node.inputs().stream()
        .map(graph::node)
        .filter(
            input ->
                input.op() instanceof PlanOp.Convolution op
                    && !op.residual()
                    && !op.isDepthwiseKernel()
                    && readers.get(input.id()).size() == 1
                    && !graph.isOutput(input))
        .max((a, b) -> Integer.compare(a.id(), b.id()))
        .orElse(null);
  }

  private static List<Integer> inputs(PlanNode sum, PlanNode convolution) {
    int other = sum.inputs().get(0) == convolution.id() ? sum.inputs().get(1) : sum.inputs().get(0);
    return List.of(convolution.inputs().get(0), other);
  }

  private static List<Integer> work(PlanNode sum, PlanNode convolution) {
    List<Integer> work = new ArrayList<>(convolution.work());
    work.addAll(sum.work());
    return work;
  }
}
