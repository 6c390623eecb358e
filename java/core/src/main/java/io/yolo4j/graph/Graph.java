package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network: operations in execution order, and beside them the tree of modules that they came
 * from. Immutable and validated; everything else (execution, counting, drawing, export) only reads
 * it.
 */
public final class Graph {
  private final List<Node> nodes;
  private final List<Integer> outputs;
  private final ModuleNode root;
  private final Optional<DetectionHead> head;
  private final List<Parameter> parameters;

  /**
   * Checks and keeps a graph.
   *
   * @param nodes in execution order; the id of each is its index
   * @param outputs ids of the nodes whose outputs are the network's
   * @param root the module tree; it holds every parameter that a node names
   * @param head how to read the outputs if they are raw detection heads, one per level
   * @throws IllegalArgumentException if ids, shapes or parameters are inconsistent, naming the node
   */
  public Graph(
      List<Node> nodes, List<Integer> outputs, ModuleNode root, Optional<DetectionHead> head) {
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    this.root = root;
    this.head = head;
    this.parameters = root.allParameters();
    validate();
  }

  /** Returns the nodes in execution order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Returns a node by its id. */
  public Node node(int id) {
    return nodes.get(id);
  }

  /** Returns the ids of the output nodes. */
  public List<Integer> outputs() {
    return outputs;
  }

  /** Returns the input nodes. */
  public List<Node> inputs() {
    return nodes.stream().filter(node -> node.op() instanceof Input).toList();
  }

  /** Returns the root of the module tree. */
  public ModuleNode root() {
    return root;
  }

  /** Returns all parameters and buffers in state-dictionary order. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Returns how to read the outputs as detections, if they are raw detection heads. */
  public Optional<DetectionHead> head() {
    return head;
  }

  /**
   * Returns how to read the outputs as detections, for those who can do nothing without.
   *
   * @throws IllegalArgumentException if they aren't raw detection heads
   */
  public DetectionHead requireHead() {
    return head.orElseThrow(() -> new IllegalArgumentException("the graph has no detection head"));
  }

  /**
   * Returns the same network with another reading of its outputs, for example with fitted anchors.
   */
  public Graph withHead(DetectionHead changed) {
    return new Graph(nodes, outputs, root, Optional.of(changed));
  }

  /** Returns the shapes of a node's inputs. */
  public List<Shape> inputShapes(Node node) {
    return node.inputs().stream().map(id -> nodes.get(id).shape()).toList();
  }

  /** Returns a node's cost; an input that it reads twice, such as x in x + x, counts once. */
  public Cost cost(Node node) {
    Cost cost = node.op().cost(inputShapes(node), node.shape());
    if (node.op().isView()) {
      return cost;
    }
    long read =
        node.inputs().stream().distinct().mapToLong(id -> nodes.get(id).shape().elements()).sum();
    return new Cost(cost.flops(), read, cost.weightElements(), cost.outputElements());
  }

  /** Returns the cost of the whole network. */
  public Cost cost() {
    return nodes.stream().map(this::cost).reduce(Cost.ZERO, Cost::plus);
  }

  /**
   * Returns the same network for inputs of other shapes.
   *
   * @throws IllegalArgumentException if an operation does not fit them, naming its module
   */
  public Graph withInputs(Shape... shapes) {
    List<Node> inputNodes = inputs();
    if (shapes.length != inputNodes.size()) {
      throw new IllegalArgumentException(
          "the graph has %d inputs, got %d shapes".formatted(inputNodes.size(), shapes.length));
    }
    List<Node> changed = new ArrayList<>(nodes.size());
    int next = 0;
    for (Node node : nodes) {
      Op op = node.op() instanceof Input ? new Input(shapes[next++]) : node.op();
      List<Shape> in = node.inputs().stream().map(id -> changed.get(id).shape()).toList();
      changed.add(
          new Node(
              node.id(),
              op,
              node.inputs(),
              inferShape(node.modulePath(), op, in),
              node.modulePath(),
              node.moduleType(),
              node.parameters()));
    }
    return new Graph(changed, outputs, root, head);
  }

  /**
   * Returns a readable text, one line a node and one for the outputs, for example {@code %2 =
   * BatchNorm 16 eps 0.001(%1) [1,16,320,320] # model.0.bn BatchNorm2d}; for debugging.
   */
  public String toText() {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      text.append(
          "%%%d = %s(%s) %s  # %s %s\n"
              .formatted(
                  node.id(),
                  node.op().text(),
                  String.join(", ", node.inputs().stream().map(id -> "%" + id).toList()),
                  node.shape(),
                  node.modulePath(),
                  node.moduleType()));
    }
    return text.append("return ")
        .append(String.join(", ", outputs.stream().map(id -> "%" + id).toList()))
        .append('\n')
        .toString();
  }

  /** The operation's shape rule, with the module in its errors. */
  static Shape inferShape(String modulePath, Op op, List<Shape> inputs) {
    try {
      return op.outputShape(inputs);
    } catch (IllegalArgumentException e) {
      String where = modulePath.isEmpty() ? "the root module" : "module " + modulePath;
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  private void validate() {
    Map<String, Shape> known = new HashMap<>();
    for (Parameter parameter : parameters) {
      if (known.put(parameter.name(), parameter.shape()) != null) {
        throw new IllegalArgumentException(
            "the module tree holds parameter %s twice".formatted(parameter.name()));
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.id() != i) {
        throw new IllegalArgumentException("node at index %d has id %d".formatted(i, node.id()));
      }
      Shape shape = inferShape(node.modulePath(), node.op(), inputShapes(node));
      if (!shape.equals(node.shape())) {
        throw new IllegalArgumentException(
            "node %d (%s) gives %s, got %s".formatted(i, node.modulePath(), shape, node.shape()));
      }
      checkParameters(node, known);
    }
    for (int output : outputs) {
      if (output < 0 || output >= nodes.size()) {
        throw new IllegalArgumentException(
            "output %d is not a node; there are %d".formatted(output, nodes.size()));
      }
    }
    head.ifPresent(this::checkHead);
  }

  private static void checkParameters(Node node, Map<String, Shape> known) {
    List<ParameterSlot> slots = node.op().parameterSlots();
    for (int i = 0; i < slots.size(); i++) {
      Shape stored = known.get(node.parameters().get(i));
      if (!slots.get(i).shape().equals(stored)) {
        throw new IllegalArgumentException(
            "node %d (%s) needs parameter %s of shape %s, the module tree holds %s"
                .formatted(
                    node.id(),
                    node.modulePath(),
                    node.parameters().get(i),
                    slots.get(i).shape(),
                    stored));
      }
    }
  }

  private void checkHead(DetectionHead detection) {
    if (detection.levels().size() != outputs.size()) {
      throw new IllegalArgumentException(
          "the head has %d levels, the graph %d outputs"
              .formatted(detection.levels().size(), outputs.size()));
    }
    for (int i = 0; i < outputs.size(); i++) {
      Shape shape = nodes.get(outputs.get(i)).shape();
      int anchors = detection.levels().get(i).anchors().size();
      if (shape.rank() != 5 || shape.dim(1) != anchors || shape.dim(4) != detection.outputs()) {
        throw new IllegalArgumentException(
            "level %d of the head expects [N,%d,H,W,%d], the graph gives %s"
                .formatted(i, anchors, detection.outputs(), shape));
      }
    }
  }
}
