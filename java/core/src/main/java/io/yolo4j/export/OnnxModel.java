package io.yolo4j.export;

import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A network as an ONNX model ({@code ModelProto}), to be written. Immutable. */
public final class OnnxModel {
  private static final String PRODUCER = "yolo4j";

  private final OnnxOptions options;
  private final List<OnnxValue> inputs;
  private final List<OnnxValue> outputs;
  private final int nodes;
  private final long parameters;
  private final ProtoMessage message;

  /** Puts the message together; the weights are only read when it is written. */
  OnnxModel(
      OnnxOptions options,
      OnnxBuilder graph,
      List<OnnxValue> inputs,
      List<OnnxValue> outputs,
      List<OnnxValue> known,
      Map<String, String> metadata) {
    this.options = options;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    nodes = graph.nodes().size();
    parameters = graph.parameterElements();
    message =
        new ProtoMessage()
            .integer(1, options.irVersion())
            .text(2, PRODUCER)
            .message(7, graph(graph, known))
            .message(8, new ProtoMessage().text(1, "").integer(2, options.opset()));
    new TreeMap<>(metadata)
        .forEach(
            (key, value) -> message.message(14, new ProtoMessage().text(1, key).text(2, value)));
    requireSize(message.size());
  }

  private ProtoMessage graph(OnnxBuilder graph, List<OnnxValue> known) {
    ProtoMessage proto = new ProtoMessage();
    graph.nodes().forEach(node -> proto.message(1, node.toProto()));
    proto.text(2, PRODUCER);
    graph.tensors().forEach(tensor -> proto.message(5, tensor.toProto()));
    inputs.forEach(input -> proto.message(11, input.toProto()));
    outputs.forEach(output -> proto.message(12, output.toProto()));
    // A value that became an output has another name now.
    Set<String> given = new HashSet<>();
    graph.nodes().forEach(node -> given.addAll(node.outputs()));
    known.stream()
        .filter(value -> given.contains(value.name()))
        .forEach(value -> proto.message(13, value.toProto()));
    return proto;
  }

  static void requireSize(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an ONNX file must be smaller than 2 GiB, this one would have %d bytes; float16 weights halve it"
              .formatted(bytes));
    }
  }

  /** Returns the options that it was made with. */
  public OnnxOptions options() {
    return options;
  }

  /** Returns the network's inputs. */
  public List<OnnxValue> inputs() {
    return inputs;
  }

  /** Returns the network's outputs. */
  public List<OnnxValue> outputs() {
    return outputs;
  }

  /** Returns the number of nodes. */
  public int nodes() {
    return nodes;
  }

  /** Returns the number of elements of all parameters. */
  public long parameters() {
    return parameters;
  }

  /** Returns the size of the file in bytes. */
  public long bytes() {
    return message.size();
  }

  /**
   * Writes the file: under a temporary name in the same folder first, then renamed.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(
        file, channel -> message.writeTo(bytes -> AtomicFile.writeFully(channel, bytes)));
  }
}
