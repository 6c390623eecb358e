package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Folds every batch norm that alone reads a convolution without bias into that convolution: w' =
 * w·γ/√(σ² + ε), b' = β − μ·γ/√(σ² + ε). This class changes the graph; the values follow from
 * {@link #folds()}.
 */
public final class BatchNormFolding {
  /**
   * One folded pair.
   *
   * @param convolution path of the convolution's module
   * @param norm path of the batch norm's module
   * @param epsilon the batch norm's epsilon
   */
  public record Fold(String convolution, String norm, double epsilon) {}

  private final Graph graph;
  private final List<Fold> folds;

  private BatchNormFolding(Graph graph, List<Fold> folds) {
    this.graph = graph;
    this.folds = List.copyOf(folds);
  }

  /** Folds all pairs. */
  public static BatchNormFolding all(Graph graph) {
    return where(graph, parentType -> true);
  }

  /**
   * Folds the pairs whose parent module's type passes, as the Python reference does for Conv and
   * DWConv only.
   */
  public static BatchNormFolding where(Graph graph, Predicate<String> parentType) {
    Map<String, String> types = new HashMap<>();
    graph.root().walk().forEach(module -> types.put(module.path(), module.type()));
    Map<Integer, Node> convolutionOf = new HashMap<>();
    int[] readers = readerCounts(graph);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof BatchNorm) {
        Node source = graph.node(node.inputs().get(0));
        boolean pair =
            source.op() instanceof Conv2d conv && !conv.bias() && readers[source.id()] == 1;
        if (pair && parentType.test(types.getOrDefault(parent(source.modulePath()), ""))) {
          convolutionOf.put(node.id(), source);
        }
      }
    }
    return rewrite(graph, convolutionOf);
  }

  /** Returns the graph without the folded batch norms. */
  public Graph graph() {
    return graph;
  }

  /** Returns the folded pairs in execution order. */
  public List<Fold> folds() {
    return folds;
  }

  private static int[] readerCounts(Graph graph) {
    int[] readers = new int[graph.nodes().size()];
    graph.nodes().forEach(node -> node.inputs().forEach(input -> readers[input]++));
    graph.outputs().forEach(output -> readers[output]++);
    return readers;
  }

  private static BatchNormFolding rewrite(Graph graph, Map<Integer, Node> convolutionOf) {
    List<Node> nodes = new ArrayList<>();
    List<Fold> folds = new ArrayList<>();
    int[] moved = new int[graph.nodes().size()];
    List<Integer> folded = convolutionOf.values().stream().map(Node::id).toList();
    for (Node node : graph.nodes()) {
      Node convolution = convolutionOf.get(node.id());
      if (convolution != null) {
        moved[node.id()] = moved[convolution.id()];
        double epsilon = ((BatchNorm) node.op()).epsilon();
        folds.add(new Fold(convolution.modulePath(), node.modulePath(), epsilon));
        continue;
      }
      moved[node.id()] = nodes.size();
      List<Integer> inputs = node.inputs().stream().map(input -> moved[input]).toList();
      Node kept = folded.contains(node.id()) ? withBias(node) : node;
      nodes.add(
          new Node(
              nodes.size(),
              kept.op(),
              inputs,
              node.shape(),
              node.modulePath(),
              node.moduleType(),
              kept.parameters()));
    }
    List<Integer> outputs = graph.outputs().stream().map(output -> moved[output]).toList();
    ModuleNode root = prune(graph.root(), folds);
    return new BatchNormFolding(new Graph(nodes, outputs, root, graph.head()), folds);
  }

  private static Node withBias(Node node) {
    Conv2d op = ((Conv2d) node.op()).withBias(true);
    List<String> parameters = List.of(node.parameters().get(0), node.modulePath() + ".bias");
    return new Node(
        node.id(),
        op,
        node.inputs(),
        node.shape(),
        node.modulePath(),
        node.moduleType(),
        parameters);
  }

  private static ModuleNode prune(ModuleNode module, List<Fold> folds) {
    List<ModuleNode> children =
        module.children().stream()
            .filter(child -> folds.stream().noneMatch(fold -> fold.norm().equals(child.path())))
            .map(child -> prune(child, folds))
            .toList();
    boolean folded = folds.stream().anyMatch(fold -> fold.convolution().equals(module.path()));
    return folded ? biased(module.withChildren(children)) : module.withChildren(children);
  }

  private static ModuleNode biased(ModuleNode convolution) {
    Parameter weight = convolution.parameters().get(0);
    Shape bias = Shape.of(weight.shape().dim(0));
    return convolution.withParameters(
        List.of(weight, new Parameter(convolution.path() + ".bias", bias, ParameterRole.BIAS)));
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }
}
