package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives convolutions other numbers of output channels and carries them through a graph: the
 * channels of what reads them follow from the shapes, and so do the sizes of all parameters.
 *
 * <p>Only convolutions of one group say their width. One of several groups keeps its channels a
 * group: with fewer input channels it has fewer groups, so a depthwise one stays depthwise.
 */
public final class ChannelWidths {
  private final Graph graph;
  private final Map<String, Integer> widths;
  private final Set<String> unused;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Shape> parameters = new HashMap<>();

  private ChannelWidths(Graph graph, Map<String, Integer> widths) {
    this.graph = graph;
    this.widths = widths;
    unused = new TreeSet<>(widths.keySet());
  }

  /**
   * Returns the graph with those widths.
   *
   * @param widths output channels by the convolution's module path, for example {@code
   *     model.0.conv}; convolutions that aren't named keep theirs
   * @throws IllegalArgumentException if a name is no convolution of one group, or the channels do
   *     not fit each other afterwards, naming the module
   */
  public static Graph apply(Graph graph, Map<String, Integer> widths) {
    return widths.isEmpty() ? graph : new ChannelWidths(graph, widths).run();
  }

  private Graph run() {
    graph.nodes().forEach(this::add);
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "each must be that of a convolution of one group, got %d that are not, the first: %s"
              .formatted(unused.size(), unused.iterator().next()));
    }
    return new Graph(nodes, graph.outputs(), sized(graph.root()), graph.head());
  }

  private void add(Node node) {
    List<Shape> inputs = node.inputs().stream().map(id -> nodes.get(id).shape()).toList();
    Op op = changed(node, inputs);
    Shape shape = Graph.inferShape(node.modulePath(), op, inputs);
    List<ParameterSlot> slots = op.parameterSlots();
    for (int i = 0; i < slots.size(); i++) {
      parameters.put(node.parameters().get(i), slots.get(i).shape());
    }
    nodes.add(
        new Node(
            node.id(),
            op,
            node.inputs(),
            shape,
            node.modulePath(),
            node.moduleType(),
            node.parameters()));
  }

  private Op changed(Node node, List<Shape> inputs) {
    if (node.op() instanceof Conv2d op) {
      return op.groups() == 1
          ? op.withChannels(inputs.get(0).dim(1), width(node, op.outputChannels()))
          : grouped(node, op, inputs.get(0).dim(1));
    }
    if (node.op() instanceof ConvTranspose2d op && op.groups() == 1) {
      return new ConvTranspose2d(
          inputs.get(0).dim(1),
          width(node, op.outputChannels()),
          op.kernel(),
          op.stride(),
          op.padding(),
          op.groups(),
          op.bias());
    }
    return node.op() instanceof BatchNorm op
        ? new BatchNorm(inputs.get(0).dim(1), op.epsilon(), op.momentum())
        : node.op();
  }

  private int width(Node node, int own) {
    unused.remove(node.modulePath());
    return widths.getOrDefault(node.modulePath(), own);
  }

  private static Conv2d grouped(Node node, Conv2d op, int channels) {
    int perGroup = op.inputChannels() / op.groups();
    if (channels % perGroup != 0) {
      throw new IllegalArgumentException(
          "module %s: a convolution of %d groups takes a multiple of %d channels, got %d"
              .formatted(node.modulePath(), op.groups(), perGroup, channels));
    }
    int groups = channels / perGroup;
    return op.withGroups(1)
        .withChannels(channels, op.outputChannels() / op.groups() * groups)
        .withGroups(groups);
  }

  private ModuleNode sized(ModuleNode module) {
    List<Parameter> own =
        module.parameters().stream()
            .map(
                parameter ->
                    new Parameter(
                        parameter.name(),
                        parameters.getOrDefault(parameter.name(), parameter.shape()),
                        parameter.role()))
            .toList();
    return module
        .withParameters(own)
        .withChildren(module.children().stream().map(this::sized).toList());
  }
}
