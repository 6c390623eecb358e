package io.yolo4j.runtime;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Merges 1x1 convolutions that read the same tensor and have the same activation: the tensor is
 * read once, and one product is larger than two. The parts become channels of one tensor, so all of
 * their readers must be able to read slices.
 */
final class SiblingMerge {
  private SiblingMerge() {}

  static PlanGraph apply(PlanGraph graph) {
    List<List<PlanNode>> readers = graph.readers();
    Map<Integer, List<PlanNode>> groups = new HashMap<>();
    for (PlanNode node : graph.nodes()) {
      List<PlanNode> siblings =
          readers.get(node.id()).stream()
              .filter(reader -> canMerge(graph, reader, readers.get(reader.id())))
              .toList();
      sameActivation(siblings).forEach(member -> groups.put(member.id(), sameActivation(siblings)));
    }
    PlanRewriter rewriter = new PlanRewriter(graph);
    Set<Integer> done = new HashSet<>();
    for (PlanNode node : graph.nodes()) {
      List<PlanNode> group = groups.get(node.id());
      if (group == null) {
        rewriter.copy(node);
      } else if (done.add(group.get(0).id())) {
        merge(rewriter, group);
      }
    }
    return rewriter.build();
  }

  private static boolean canMerge(PlanGraph graph, PlanNode node, List<PlanNode> readers) {
    return node.op() instanceof PlanOp.Convolution op
        && op.isPointwise()
        && op.conv().bias()
        // One with a sequence would keep the others from bytes.
        && op.canBeOfBytes()
        && op.input() == PlanOp.Convolution.InputForm.SAME
        && !op.residual()
        && !graph.isOutput(node)
        && readers.stream().allMatch(reader -> Slices.canRead(reader, node.id()));
  }

  /** Those with the activation of the first, if there are at least two. */
  private static List<PlanNode> sameActivation(List<PlanNode> siblings) {
    List<PlanNode> same =
        siblings.stream()
            .filter(
                node ->
                    ((PlanOp.Convolution) node.op()).activation()
                        == ((PlanOp.Convolution) siblings.get(0).op()).activation())
            .toList();
    return same.size() > 1 ? same : List.of();
  }

  private static void merge(PlanRewriter rewriter, List<PlanNode> group) {
    PlanNode first = group.get(0);
    PlanOp.Convolution op = (PlanOp.Convolution) first.op();
    int channels = group.stream().mapToInt(PlanNode::channels).sum();
    List<PlanOp.Convolution.Source> sources = new ArrayList<>();
    List<Integer> work = new ArrayList<>();
    for (PlanNode member : group) {
      sources.addAll(((PlanOp.Convolution) member.op()).sources());
      work.addAll(member.work());
    }
    Conv2d wide = Conv2d.of(op.conv().inputChannels(), channels, 1).withBias(true);
    Shape shape = first.shape().withDim(1, channels);
    List<Integer> input = List.of(rewriter.place(first.inputs().get(0)));
    int merged =
        rewriter.append(
            new PlanOp.Convolution(
                wide, op.activation(), false, sources, PlanOp.Convolution.InputForm.SAME),
            input,
            shape,
            work,
            first.path());
    int from = 0;
    for (PlanNode member : group) {
      int part =
          rewriter.append(
              new PlanOp.Channels(from), List.of(merged), member.shape(), List.of(), member.path());
      rewriter.move(member, part);
      from += member.channels();
    }
  }
}
