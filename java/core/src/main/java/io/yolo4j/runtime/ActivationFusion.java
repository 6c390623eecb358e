package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts an activation that alone reads a convolution behind it, so that its values move once. */
final class ActivationFusion {
  private ActivationFusion() {}

  static PlanGraph apply(PlanGraph graph) {
    List<List<PlanNode>> readers = graph.readers();
    PlanRewriter rewriter = new PlanRewriter(graph);
    Set<Integer> fused = new HashSet<>();
    for (PlanNode node : graph.nodes()) {
      PlanNode activation = behind(graph, node, readers.get(node.id()));
      if (fused.contains(node.id())) {
        rewriter.move(node, rewriter.place(node.inputs().get(0)));
      } else if (activation == null) {
        rewriter.copy(node);
      } else {
        PlanOp.Convolution op = (PlanOp.Convolution) node.op();
        List<Integer> work = new ArrayList<>(node.work());
        work.addAll(activation.work());
        rewriter.add(node, op.withActivation(kind(activation)), node.inputs(), work);
        fused.add(activation.id());
      }
    }
    return rewriter.build();
  }

  private static @Nullable PlanNode behind(PlanGraph graph, PlanNode node, List<PlanNode> readers) {
    boolean candidate =
        node.op() instanceof PlanOp.Convolution op
            && op.activation() == Activation.Kind.IDENTITY
            && !op.residual()
            && readers.size() == 1
            && !graph.isOutput(node)
            && readers.get(0).op() instanceof PlanOp.Plain plain
            && plain.op() instanceof Activation;
    return candidate ? readers.get(0) : null;
  }

  private static Activation.Kind kind(PlanNode activation) {
    return ((Activation) ((PlanOp.Plain) activation.op()).op()).kind();
  }
}
