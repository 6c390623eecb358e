package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folds two layers with constant weights and nothing between them into one, where that isn't more
 * work: linear layers and 1x1 convolutions behind each other, and the batch norms that {@link
 * BatchNormFolding} leaves, before a 1x1 convolution or behind a convolution with a bias. What is
 * folded stays as a view, so that nodes keep their ids. Modules that are applied twice stay as they
 * are. This class changes the graph; the values follow from {@link #folds()}.
 */
public final class ConstantFolding {
  private static final Op IDENTITY = new Activation(Activation.Kind.IDENTITY);
  private static final String VIEW = "Identity";

  /** Two layers that became one; modules by their paths. */
  public sealed interface Fold permits Product, NormBefore, NormBehind {}

  /**
   * The second layer does the first one's work: w = w₂·w₁, b = w₂·b₁ + b₂; it has a bias if either
   * had.
   *
   * @param first the layer that is a view now
   * @param firstBias whether it had a bias
   * @param second the layer that reads it
   * @param secondBias whether it had a bias
   */
  public record Product(String first, boolean firstBias, String second, boolean secondBias)
      implements Fold {}

  /**
   * A layer does the work of the batch norm before it, x·s + t: w' = w·diag(s), b' = w·t + b; it
   * has a bias now.
   *
   * @param norm the batch norm that is a view now
   * @param epsilon the batch norm's epsilon
   * @param layer the convolution that reads it
   * @param layerBias whether that had a bias
   */
  public record NormBefore(String norm, double epsilon, String layer, boolean layerBias)
      implements Fold {}

  /**
   * A convolution with a bias does the work of the batch norm behind it, x·s + t: w' = diag(s)·w,
   * b' = s·b + t.
   *
   * @param layer the convolution
   * @param norm the batch norm that is a view now
   * @param epsilon the batch norm's epsilon
   */
  public record NormBehind(String layer, String norm, double epsilon) implements Fold {}

  private final Graph before;

  /** Of nodes as they were; views that nobody reads any more don't count, so it stays true. */
  private final int[] readers;

  private final Set<String> shared;
  private final Map<String, ModuleNode> modules = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Fold> folds = new ArrayList<>();
  private final Map<String, Op> changed = new HashMap<>();
  private final Set<String> views = new HashSet<>();
  private final Graph graph;

  private ConstantFolding(Graph before) {
    this.before = before;
    readers = BatchNormFolding.readerCounts(before);
    shared = BatchNormFolding.parametersOfSeveralNodes(before);
    before.root().walk().forEach(module -> modules.put(module.path(), module));
    for (Node node : before.nodes()) {
      nodes.add(node);
      // What stands before it now may go into it as well.
      while (fold(nodes.get(node.id()))) {}
    }
    graph =
        folds.isEmpty()
            ? before
            : new Graph(nodes, before.outputs(), rewritten(before.root()), before.head());
  }

  /** Folds all that can be. */
  public static ConstantFolding all(Graph graph) {
    return new ConstantFolding(graph);
  }

  /** Returns the graph in which folded layers are views. */
  public Graph graph() {
    return graph;
  }

  /** Returns the folds in the order in which they were made: later ones go on from earlier ones. */
  public List<Fold> folds() {
    return List.copyOf(folds);
  }

  /** Returns whether a node and the layer before it became one. */
  private boolean fold(Node node) {
    int made = folds.size();
    Node first = isLayer(node) ? source(node) : null;
    if (first != null) {
      fold(first, node);
    }
    return folds.size() > made;
  }

  private void fold(Node first, Node second) {
    if (second.op() instanceof BatchNorm norm) {
      if (first.op() instanceof Conv2d conv && conv.bias()) {
        folds.add(new NormBehind(first.modulePath(), second.modulePath(), norm.epsilon()));
        becomeView(second.id(), VIEW);
      }
    } else if (first.op() instanceof BatchNorm norm) {
      if (second.op() instanceof Conv2d conv && conv.isPointwise()) {
        folds.add(
            new NormBefore(first.modulePath(), norm.epsilon(), second.modulePath(), conv.bias()));
        replace(first, second, conv.withBias(true));
      }
    } else {
      product(first.op(), second.op()).ifPresent(op -> foldProduct(first, second, op));
    }
  }

  /** A module of one operation, applied once; the graph as it was knows its parameters. */
  private boolean isLayer(Node node) {
    Node original = before.node(node.id());
    Op op = original.op();
    ModuleNode module = modules.get(node.modulePath());
    if (module == null
        || !(op instanceof Linear || op instanceof Conv2d || op instanceof BatchNorm)) {
      return false;
    }
    List<String> names =
        op.parameterSlots().stream().map(slot -> node.modulePath() + "." + slot.name()).toList();
    return original.parameters().equals(names)
        && module.allParameters().stream().map(Parameter::name).toList().equals(names)
        && module.children().isEmpty()
        && Collections.disjoint(names, shared);
  }

  /** The layer before a node, views left out; null: there is none, or others read it too. */
  private @Nullable Node source(Node node) {
    Node at = nodes.get(node.inputs().get(0));
    while (readers[at.id()] == 1 && at.op().equals(IDENTITY)) {
      at = nodes.get(at.inputs().get(0));
    }
    return readers[at.id()] == 1 && isLayer(at) ? at : null;
  }

  private static Optional<Op> product(Op first, Op second) {
    if (first instanceof Linear a
        && second instanceof Linear b
        && isNoMoreWork(a.inputFeatures(), a.outputFeatures(), b.outputFeatures())) {
      return Optional.of(new Linear(a.inputFeatures(), b.outputFeatures(), a.bias() || b.bias()));
    }
    if (first instanceof Conv2d a
        && second instanceof Conv2d b
        && a.isPointwise()
        && b.isPointwise()
        && isNoMoreWork(a.inputChannels(), a.outputChannels(), b.outputChannels())) {
      return Optional.of(
          b.withChannels(a.inputChannels(), b.outputChannels()).withBias(a.bias() || b.bias()));
    }
    return Optional.empty();
  }

  /** Multiply-adds of a pixel: a bottleneck between two wide maps stays. */
  private static boolean isNoMoreWork(long in, long middle, long out) {
    return in * out <= in * middle + middle * out;
  }

  private void foldProduct(Node first, Node second, Op op) {
    folds.add(
        new Product(first.modulePath(), hasBias(first), second.modulePath(), hasBias(second)));
    replace(first, second, op);
  }

  private static boolean hasBias(Node layer) {
    return layer.parameters().size() > 1;
  }

  /** The second node does both nodes' work, on what the first one reads. */
  private void replace(Node first, Node second, Op op) {
    bypass(second.inputs().get(0), first.id());
    String path = second.modulePath();
    changed.put(path, op);
    nodes.set(
        second.id(),
        new Node(
            second.id(),
            op,
            first.inputs(),
            second.shape(),
            path,
            second.moduleType(),
            parameters(path, op).stream().map(Parameter::name).toList()));
  }

  /** The first node and the views between it and another become views of what it reads. */
  private void bypass(int id, int first) {
    if (id == first) {
      becomeView(id, VIEW);
      return;
    }
    bypass(nodes.get(id).inputs().get(0), first);
    becomeView(id, nodes.get(id).moduleType());
  }

  private void becomeView(int id, String type) {
    Node node = nodes.get(id);
    if (!node.op().equals(IDENTITY)) {
      views.add(node.modulePath());
    }
    Shape shape = nodes.get(node.inputs().get(0)).shape();
    nodes.set(id, new Node(id, IDENTITY, node.inputs(), shape, node.modulePath(), type, List.of()));
  }

  private static List<Parameter> parameters(String path, Op op) {
    return op.parameterSlots().stream()
        .map(slot -> new Parameter(path + "." + slot.name(), slot.shape(), slot.role()))
        .toList();
  }

  private ModuleNode rewritten(ModuleNode module) {
    if (views.contains(module.path())) {
      return new ModuleNode(
          module.name(), module.path(), VIEW, List.of(), List.of(), Optional.empty());
    }
    Op op = changed.get(module.path());
    return op == null
        ? module.withChildren(module.children().stream().map(this::rewritten).toList())
        : module.withParameters(parameters(module.path(), op));
  }
}
