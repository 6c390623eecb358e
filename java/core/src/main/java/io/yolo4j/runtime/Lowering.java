package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Attention;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.FromSequence;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Linear;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.SqueezeExcitePattern;
import io.yolo4j.graph.StridedSlice;
import io.yolo4j.graph.ToSequence;
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
 * A graph, folded, as the first form of a plan: one node an operation, squeeze and excites in one,
 * views gone. A sequence [H·W,N,C] of a map's pixels is a view of the map in NHWC, so linear layers
 * are convolutions and an attention is one between two of them. The raw heads stay as convolutions
 * leave them, [N, anchors·outputs, H, W].
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
    if (isView(node)) {
      alias(node);
    } else if (op instanceof Input) {
      add(node, new PlanOp.Pixels(false), List.of(), List.of(node.id()));
    } else if (op instanceof Conv2d
        || op instanceof BatchNorm
        || (op instanceof Linear && isOfSequences(node))) {
      add(node, PlanOp.Convolution.of(node), node.inputs(), List.of(node.id()));
    } else if (op instanceof Attention attention && isOfSequences(node)) {
      attend(node, attention);
    } else if (node.shape().rank() == 3 ? isElementwise(op) && isOfSequences(node) : isKnown(op)) {
      add(node, new PlanOp.Plain(op), node.inputs(), List.of(node.id()));
    } else {
      throw unsupported(node);
    }
  }

  private boolean isView(Node node) {
    Op op = node.op();
    return op instanceof SplitAnchors
        || op instanceof ToSequence
        || op.equals(new Activation(Activation.Kind.IDENTITY))
        || (op instanceof FromSequence && shape(node.inputs().get(0)).equals(node.shape()));
  }

  /**
   * Whether a node is a sequence of a map's pixels, and so are all that it reads, of maps alike.
   */
  private boolean isOfSequences(Node node) {
    Shape map = shape(node.inputs().get(0)).withDim(1, 1);
    return node.shape().rank() == 3
        && node.inputs().stream()
            .allMatch(
                input ->
                    graph.node(input).shape().rank() == 3
                        && shape(input).withDim(1, 1).equals(map));
  }

  /** The shape of the map that a node of the graph became or is a view of. */
  private Shape shape(int id) {
    return nodes.get(place(id)).shape();
  }

  /** A node's own, of a sequence that of the map. */
  private Shape mapOf(Node node) {
    return node.shape().rank() == 3
        ? shape(node.inputs().get(0)).withDim(1, node.shape().dim(2))
        : node.shape();
  }

  private static boolean isElementwise(Op op) {
    return op instanceof Activation || op instanceof Add;
  }

  private static boolean isKnown(Op op) {
    return isElementwise(op)
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

  /** Projections are convolutions; queries, keys and values become thirds of one map. */
  private void attend(Node node, Attention op) {
    int channels = op.embedding();
    List<Integer> inputs = node.inputs().stream().map(this::place).toList();
    int joined;
    if (inputs.stream().distinct().count() == 1) {
      joined = append(node, project(node, 0, 0, 3 * channels), inputs.subList(0, 1), 3 * channels);
    } else {
      List<Integer> parts = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        PlanOp part = project(node, 0, i * channels, channels);
        parts.add(append(node, part, inputs.subList(i, i + 1), channels));
      }
      joined = append(node, new PlanOp.Plain(new Concat(1)), parts, 3 * channels);
    }
    int attended = append(node, new PlanOp.Attention(op.heads()), List.of(joined), channels);
    PlanOp out = project(node, 2, 0, channels);
    place.put(node.id(), append(node, out, List.of(attended), channels));
  }

  private static PlanOp project(Node attention, int slot, int first, int rows) {
    return PlanOp.Convolution.projection(
        new PlanOp.Convolution.Source(attention, slot, first, rows),
        ((Attention) attention.op()).embedding());
  }

  /** Adds one of the nodes that do the work of a node of the graph together. */
  private int append(Node node, PlanOp op, List<Integer> places, int channels) {
    Shape shape = mapOf(node).withDim(1, channels);
    nodes.add(new PlanNode(nodes.size(), op, places, shape, List.of(node.id()), node.modulePath()));
    return nodes.size() - 1;
  }

  private void add(Node node, PlanOp op, List<Integer> inputs, List<Integer> work) {
    List<Integer> places = inputs.stream().map(this::place).toList();
    nodes.add(new PlanNode(nodes.size(), op, places, mapOf(node), work, node.modulePath()));
    place.put(node.id(), nodes.size() - 1);
  }
}
