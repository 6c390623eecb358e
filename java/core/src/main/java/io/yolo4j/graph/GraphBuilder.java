package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Graph}: declare modules in scopes below {@link #root()}, apply them to values,
 * name the outputs.
 *
 * <p>Not thread-safe.
 */
public final class GraphBuilder {
  private final List<Node> nodes = new ArrayList<>();
  private final ModuleScope root;

  /** Starts a graph whose root module has that type. */
  public GraphBuilder(String rootType) {
    root = new ModuleScope(this, "", "", rootType);
  }

  /** Returns the scope of the root module. */
  public ModuleScope root() {
    return root;
  }

  /** Adds an input of that shape. */
  public Value input(Shape shape) {
    return root.emit(new Input(shape), List.of(), List.of());
  }

  /** Returns the graph with these outputs, and how to read them if they are raw detection heads. */
  public Graph build(List<Value> outputs, @Nullable DetectionHead head) {
    List<Integer> ids = outputs.stream().map(Value::node).toList();
    return new Graph(nodes, ids, root.toModule(), Optional.ofNullable(head));
  }

  Value add(Op op, List<Value> inputs, ModuleScope module, List<String> parameters) {
    List<Shape> shapes = inputs.stream().map(Value::shape).toList();
    List<Integer> ids = inputs.stream().map(Value::node).toList();
    Shape shape = Graph.inferShape(module.path(), op, shapes);
    nodes.add(new Node(nodes.size(), op, ids, shape, module.path(), module.type(), parameters));
    return new Value(nodes.size() - 1, shape);
  }
}
