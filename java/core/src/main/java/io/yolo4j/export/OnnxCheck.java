package io.yolo4j.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What can be said of an ONNX file without running it: that it is protobuf to the last byte, that
 * names are unique, that every value is given before it is read, that constants have as many bytes
 * as their shape and type ask for, and that the outputs are given. Whether the operators exist and
 * compute the right numbers only a runtime can tell.
 *
 * @param nodes number of nodes
 * @param tensors number of constants
 * @param opset version of the operators
 * @param inputs names of the inputs
 * @param outputs names of the outputs
 */
public record OnnxCheck(
    int nodes, int tensors, int opset, List<String> inputs, List<String> outputs) {
  /** Copies the lists. */
  public OnnxCheck {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads and checks a file.
   *
   * @throws IllegalArgumentException if something does not hold, naming the file and the node
   * @throws IOException if it cannot be read
   */
  public static OnnxCheck of(Path file) throws IOException {
    ByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(file)) {
      OnnxModel.requireSize(channel.size());
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    try {
      return check(new ProtoReader(bytes));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static OnnxCheck check(ProtoReader model) {
    List<ProtoReader> graphs = model.messages(7);
    require(graphs.size() == 1, "a model must have one graph, got " + graphs.size());
    List<Long> opsets = model.messages(8).stream().map(set -> set.integer(2)).toList();
    require(opsets.size() == 1, "a model must name one set of operators, got " + opsets);
    ProtoReader graph = graphs.get(0);
    Set<String> values = new HashSet<>();
    List<ProtoReader> tensors = graph.messages(5);
    tensors.forEach(tensor -> checkTensor(tensor, values));
    List<String> inputs = names(graph, 11);
    inputs.forEach(name -> add(values, name, "input " + name));
    Set<String> nodeNames = new HashSet<>();
    List<ProtoReader> nodes = graph.messages(1);
    nodes.forEach(node -> checkNode(node, nodeNames, values));
    List<String> outputs = names(graph, 12);
    require(!outputs.isEmpty(), "a graph must have an output");
    for (String output : outputs) {
      require(values.contains(output), "output " + output + " must be given by a node");
    }
    int opset = Math.toIntExact(opsets.get(0));
    return new OnnxCheck(nodes.size(), tensors.size(), opset, inputs, outputs);
  }

  private static List<String> names(ProtoReader graph, int field) {
    return graph.messages(field).stream().map(value -> value.text(1)).toList();
  }

  private static void checkTensor(ProtoReader tensor, Set<String> values) {
    String name = tensor.text(8);
    add(values, name, "constant " + name);
    long code = tensor.integer(2);
    OnnxType type =
        OnnxType.ofCode(code)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "constant %s must have a known type, got %d".formatted(name, code)));
    long wanted = type.bytes();
    for (long dim : tensor.integers(1)) {
      wanted *= dim;
    }
    List<ByteBuffer> data = tensor.bytes(9);
    long given = data.isEmpty() ? 0 : data.get(0).remaining();
    require(
        wanted == given,
        "constant %s %s%s must have %d bytes, got %d"
            .formatted(name, type, tensor.integers(1), wanted, given));
  }

  private static void checkNode(ProtoReader node, Set<String> names, Set<String> values) {
    String name = node.text(3);
    String where = "node " + name + " (" + node.text(4) + ")";
    require(!name.isEmpty() && names.add(name), where + " must have a name of its own");
    for (String input : node.texts(1)) {
      require(
          input.isEmpty() || values.contains(input),
          where + " must read values that are given before it, got " + input);
    }
    node.texts(2).forEach(output -> add(values, output, where));
  }

  private static void add(Set<String> values, String name, String where) {
    require(
        !name.isEmpty() && values.add(name),
        where + ": a value must be given once and have a name, got '" + name + "'");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
