package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.SqueezeExcitePattern;
import io.yolo4j.graph.StridedSlice;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.ZeroPad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A graph, batch norms folded, as the first form of a plan: one node an operation, squeeze and
 * excites in one, views gone. The raw heads stay as convolutions leave them, [N, anchors·outputs,
 * H, W].
 */
final class Lowering {
  private final Graph graph;
  private final Map<Integer, SqueezeExcitePattern> blocks;
  private final List<PlanNode> nodes = new ArrayList<>();
  private final Map<Integer, Integer> place = new HashMap<>();

  private Lowering(Graph graph) {
    this.graph = graph;
    blocks = SqueezeExcitePattern.all(graph);
  }

  /**
   * Lowers a graph.
   *
   * @throws UnsupportedOperationException if plans don't know an operation, naming it and its
   *     module
   */
  static PlanGraph of(Graph graph) {
    return new Lowering(graph).lower();
  }

  private PlanGraph lower() {
    Set<Integer> inner = new HashSet<>();
    blocks.values().forEach(block -> block.inner().forEach(node -> inner.add(node.id())));
    for (Node node : graph.nodes()) {
      if (!inner.contains(node.id())) {
        lower(node);
      }
    }
    return new PlanGraph(nodes, graph.outputs().stream().map(this::place).toList());
  }

  private int place(int id) {
    return Objects.requireNonNull(place.get(id));
  }

  private void lower(Node node) {
    SqueezeExcitePattern block = blocks.get(node.id());
    if (block != null) {
      List<Integer> work = new ArrayList<>(List.of(node.id()));
      block.inner().forEach(one -> work.add(one.id()));
      PlanOp op =
          new PlanOp.SqueezeExcite(
              block.squeeze(), block.excite(), kind(block.activation()), kind(block.gate()));
      add(node, op, List.of(node.inputs().get(0)), work);
      return;
    }
    Op op = node.op();
    if (op instanceof SplitAnchors || op.equals(new Activation(Activation.Kind.IDENTITY))) {
      alias(node);
    } else if (op instanceof Input) {
      add(node, new PlanOp.Pixels(false), List.of(), List.of(node.id()));
    } else if (op instanceof Conv2d || op instanceof BatchNorm) {
      add(node, PlanOp.Convolution.of(node), node.inputs(), List.of(node.id()));
    } else if (isKnown(op)) {
      add(node, new PlanOp.Plain(op), node.inputs(), List.of(node.id()));
    } else {
      throw unsupported(node);
    }
  }

  private static boolean isKnown(Op op) {
    return op instanceof Activation
        || op instanceof Add
        || (op instanceof Concat concat && concat.dim() == 1)
        || op instanceof ChannelShuffle
        || op instanceof ChannelSlice
        || op instanceof MaxPool
        || op instanceof SpaceToDepth
        || op instanceof StridedSlice
        || op instanceof Upsample
        || op instanceof ZeroPad;
  }

  private static UnsupportedOperationException unsupported(Node node) {
    return Unplanned.exception(
        "don't know " + node.op().text(), node.modulePath() + ", " + node.moduleType());
  }

  private static Activation.Kind kind(Node activation) {
    return ((Activation) activation.op()).kind();
  }

  /** The node's readers read its input; its work, if any, is the input's. */
  private void alias(Node node) {
    int source = place(node.inputs().get(0));
    place.put(node.id(), source);
    PlanNode before = nodes.get(source);
    List<Integer> work = new ArrayList<>(before.work());
    work.add(node.id());
    nodes.set(
        source,
        new PlanNode(source, before.op(), before.inputs(), before.shape(), work, before.path()));
  }

  private void add(Node node, PlanOp op, List<Integer> inputs, List<Integer> work) {
    place.put(node.id(), nodes.size());
    List<Integer> places = inputs.stream().map(this::place).toList();
    nodes.add(new PlanNode(nodes.size(), op, places, node.shape(), work, node.modulePath()));
  }
}
