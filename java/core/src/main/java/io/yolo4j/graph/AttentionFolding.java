package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Folds every linear layer that an attention alone reads, as its queries, keys or values, into the
 * attention's projection of them: w' = w·l, b' = b + w·c for a layer l with bias c. A folded layer
 * stays as a view that nobody reads, so that nodes keep their ids. Modules that are applied twice
 * stay as they are. This class changes the graph; the values follow from {@link #folds()}.
 */
public final class AttentionFolding {
  private static final String VIEW = "Identity";

  /**
   * One folded layer.
   *
   * @param weight name of the attention's input projection, [3E,E]
   * @param bias name of its bias, [3E]
   * @param part 0 for queries, 1 for keys, 2 for values
   * @param layer path of the linear layer's module
   * @param layerBias whether the layer has a bias
   */
  public record Fold(String weight, String bias, int part, String layer, boolean layerBias) {}

  private final Graph before;
  private final int[] readers;
  private final Set<String> shared;
  private final List<Fold> folds = new ArrayList<>();
  private final Set<Integer> folded = new HashSet<>();
  private final Graph graph;

  private AttentionFolding(Graph before) {
    this.before = before;
    readers = BatchNormFolding.readerCounts(before);
    shared = BatchNormFolding.parametersOfSeveralNodes(before);
    List<Node> nodes = new ArrayList<>();
    // Backwards: whether a layer is folded is up to who reads it.
    for (int id = before.nodes().size() - 1; id >= 0; id--) {
      nodes.add(rewritten(before.node(id)));
    }
    Collections.reverse(nodes);
    Collections.reverse(folds);
    graph =
        folds.isEmpty()
            ? before
            : new Graph(nodes, before.outputs(), without(before.root()), before.head());
  }

  /** Folds all that can be. */
  public static AttentionFolding all(Graph graph) {
    return new AttentionFolding(graph);
  }

  /** Returns the graph whose attentions do the folded layers' work. */
  public Graph graph() {
    return graph;
  }

  /** Returns the folded layers in execution order of their attentions, queries first. */
  public List<Fold> folds() {
    return List.copyOf(folds);
  }

  private Node rewritten(Node node) {
    if (folded.contains(node.id())) {
      return with(node, new Activation(Activation.Kind.IDENTITY), node.inputs(), VIEW, List.of());
    }
    if (!(node.op() instanceof Attention op) || !Collections.disjoint(node.parameters(), shared)) {
      return node;
    }
    List<Integer> inputs = new ArrayList<>(node.inputs());
    for (int part = inputs.size() - 1; part >= 0; part--) {
      Node layer = before.node(inputs.get(part));
      if (layer.op() instanceof Linear linear && canFold(layer, linear, op)) {
        inputs.set(part, layer.inputs().get(0));
        folded.add(layer.id());
        List<String> names = node.parameters();
        folds.add(new Fold(names.get(0), names.get(1), part, layer.modulePath(), linear.bias()));
      }
    }
    return with(node, op, inputs, node.moduleType(), node.parameters());
  }

  private boolean canFold(Node layer, Linear linear, Attention op) {
    return readers[layer.id()] == 1
        && linear.inputFeatures() == op.embedding()
        && Collections.disjoint(layer.parameters(), shared);
  }

  private static Node with(
      Node node, Op op, List<Integer> inputs, String type, List<String> parameters) {
    return new Node(node.id(), op, inputs, node.shape(), node.modulePath(), type, parameters);
  }

  private ModuleNode without(ModuleNode module) {
    boolean view = folds.stream().anyMatch(fold -> fold.layer().equals(module.path()));
    return view
        ? new ModuleNode(module.name(), module.path(), VIEW, List.of(), List.of(), Optional.empty())
        : module.withChildren(module.children().stream().map(this::without).toList());
  }
}
