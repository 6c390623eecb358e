package io.yolo4j.draw;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.ModuleNode;
import io.yolo4j.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where in the module tree each node is drawn: at its module's path, but what runs under a second
 * name, such as an activation that several blocks share, belongs to the block that it follows.
 */
final class NodePaths {
  private final List<String> paths = new ArrayList<>();

  NodePaths(Graph graph) {
    Map<String, List<String>> secondNames = new HashMap<>();
    graph
        .root()
        .walk()
        .forEach(
            module ->
                module
                    .sharedWith()
                    .ifPresent(
                        original ->
                            secondNames
                                .computeIfAbsent(original, key -> new ArrayList<>())
                                .add(module.path())));
    for (Node node : graph.nodes()) {
      paths.add(path(node, secondNames.getOrDefault(node.modulePath(), List.of())));
    }
  }

  private String path(Node node, List<String> secondNames) {
    if (node.inputs().isEmpty()) {
      return node.modulePath();
    }
    String before = parent(paths.get(node.inputs().get(0)));
    return secondNames.stream()
        .filter(name -> parent(name).equals(before))
        .findFirst()
        .orElse(node.modulePath());
  }

  /** Returns the path of a node. */
  String of(Node node) {
    return paths.get(node.id());
  }

  /** Returns the path of the scope's child that a node lies in; nothing if in none. */
  Optional<String> child(String scope, Node node) {
    String path = of(node);
    if (!path.startsWith(scope + ".")) {
      return Optional.empty();
    }
    int end = path.indexOf('.', scope.length() + 1);
    return Optional.of(end < 0 ? path : path.substring(0, end));
  }

  /** Returns the innermost module below a path that all these nodes lie in. */
  String narrowest(String path, List<Node> nodes) {
    Optional<String> first = child(path, nodes.get(0));
    boolean all =
        first.isPresent() && nodes.stream().allMatch(node -> child(path, node).equals(first));
    return all ? narrowest(first.get(), nodes) : path;
  }

  /**
   * Cuts nodes into runs that lie in the same child; operations of the scope itself, and repeated
   * calls of a child that is one operation, are runs of one.
   */
  List<List<Node>> runs(String scope, List<Node> nodes) {
    List<List<Node>> runs = new ArrayList<>();
    String last = "";
    for (Node node : nodes) {
      String child = child(scope, node).orElse("");
      boolean joins =
          !child.isEmpty() && child.equals(last) && !isCalledAgain(runs.get(runs.size() - 1), node);
      if (!joins) {
        runs.add(new ArrayList<>());
      }
      runs.get(runs.size() - 1).add(node);
      last = child;
    }
    return runs;
  }

  private boolean isCalledAgain(List<Node> run, Node node) {
    Node first = run.get(0);
    return first.op().equals(node.op())
        && of(first).equals(of(node))
        && first.parameters().equals(node.parameters());
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(path.lastIndexOf('.'), 0));
  }

  /** Returns the name of a module inside another. */
  static String relative(String scope, String path) {
    return path.startsWith(scope + ".") ? path.substring(scope.length() + 1) : path;
  }

  /** Returns the types of all modules by their paths. */
  static Map<String, String> types(Graph graph) {
    Map<String, String> types = new HashMap<>();
    graph.root().walk().forEach((ModuleNode module) -> types.put(module.path(), module.type()));
    return types;
  }
}
