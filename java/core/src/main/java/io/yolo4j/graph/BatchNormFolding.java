package io.yolo4j.graph;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Folds every batch norm that alone reads a convolution without bias into that convolution: w' =
 * w·γ/√(σ² + ε), b' = β − μ·γ/√(σ² + ε). Modules that are applied twice stay as they are, because
 * their weights would be folded twice. This class changes the graph; the values follow from {@link
 * #folds()}.
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
    Set<String> shared = parametersOfSeveralNodes(graph);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof BatchNorm) {
        Node source = graph.node(node.inputs().get(0));
        boolean pair =
            source.op() instanceof Conv2d conv && !conv.bias() && readers[source.id()] == 1;
        boolean once =
            Collections.disjoint(source.parameters(), shared)
                && Collections.disjoint(node.parameters(), shared);
        if (pair && once && parentType.test(types.getOrDefault(parent(source.modulePath()), ""))) {
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

  /** Returns how many times each node is read, as an output of the network too. */
  static int[] readerCounts(Graph graph) {
    int[] readers = new int[graph.nodes().size()];
    graph.nodes().forEach(node -> node.inputs().forEach(input -> readers[input]++));
    graph.outputs().forEach(output -> readers[output]++);
    return readers;
  }

  /** Returns the parameters of modules that are applied more than once. */
  static Set<String> parametersOfSeveralNodes(Graph graph) {
    Set<String> seen = new HashSet<>();
    Set<String> several = new HashSet<>();
    for (Node node : graph.nodes()) {
      for (String parameter : node.parameters()) {
        if (!seen.add(parameter)) {
          several.add(parameter);
        }
      }
    }
    return several;
  }

  private static BatchNormFolding rewrite(Graph graph, Map<Integer, Node> convolutionOf) {
    List<Node> nodes = new ArrayList<>();
    List<Fold> folds = new ArrayList<>();
    int[] moved = new int[graph.nodes().size()];
    Set<Integer> folded = convolutionOf.values().stream().map(Node::id).collect(toSet());
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
    Set<String> norms = folds.stream().map(Fold::norm).collect(toSet());
    Set<String> convolutions = folds.stream().map(Fold::convolution).collect(toSet());
    ModuleNode root = prune(graph.root(), norms, convolutions);
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

  private static ModuleNode prune(ModuleNode module, Set<String> norms, Set<String> convolutions) {
    List<ModuleNode> children =
        module.children().stream()
            .filter(child -> !norms.contains(child.sharedWith().orElse(child.path())))
            .map(child -> prune(child, norms, convolutions))
            .toList();
    ModuleNode pruned = module.withChildren(children);
    return convolutions.contains(module.path()) ? biased(pruned) : pruned;
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
