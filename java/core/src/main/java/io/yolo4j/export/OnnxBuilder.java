package io.yolo4j.export;

import io.yolo4j.graph.Node;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.graph.Shape;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the nodes and constants of an ONNX graph, in the order in which they run. Values are
 * known by their names; the rules get and return those.
 *
 * <p>Not thread-safe.
 */
final class OnnxBuilder {
  private static final float LARGEST_HALF = 65504;

  private final OnnxOptions options;
  private final StateDict state;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> casts = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> parameters = new HashSet<>();
  private long parameterElements;
  private String path = "";
  private String doc = "";

  OnnxBuilder(OnnxOptions options, StateDict state) {
    this.options = options;
    this.state = state;
  }

  OnnxOptions options() {
    return options;
  }

  List<OnnxNode> nodes() {
    return nodes;
  }

  List<OnnxTensor> tensors() {
    return List.copyOf(tensors.values());
  }

  /** The number of elements of the parameters that nodes read. */
  long parameterElements() {
    return parameterElements;
  }

  /** The type that the network computes in. */
  OnnxType type() {
    return options.half() == OnnxOptions.Half.COMPUTE ? OnnxType.FLOAT16 : OnnxType.FLOAT32;
  }

  /** Says where the next nodes come from. */
  void at(Node node) {
    at(node.modulePath(), node.moduleType() + ": " + node.op().text());
  }

  void at(String modulePath, String documentation) {
    path = modulePath;
    doc = documentation;
  }

  /** Adds a node with one output and returns that output's name. */
  String add(String type, OnnxAttributes attributes, String... inputs) {
    return addSeveral(type, 1, attributes, inputs).get(0);
  }

  /** Adds a node with several outputs and returns their names. */
  List<String> addSeveral(String type, int count, OnnxAttributes attributes, String... inputs) {
    String name = unique(type);
    List<String> outputs = new ArrayList<>(List.of(name));
    for (int i = 1; i < count; i++) {
      outputs.add(name + ":" + i);
    }
    nodes.add(new OnnxNode(name, type, Arrays.asList(inputs), outputs, attributes, doc));
    return outputs;
  }

  /** Returns whether a node of that type gives the value. */
  boolean isFrom(String type, String value) {
    return nodes.stream()
        .anyMatch(node -> node.type().equals(type) && node.outputs().contains(value));
  }

  /** Gives a value the name of an output of the network. */
  void output(String value, String name) {
    boolean read = nodes.stream().anyMatch(node -> node.inputs().contains(value));
    for (int i = nodes.size() - 1; i >= 0 && !read; i--) {
      OnnxNode node = nodes.get(i);
      if (node.outputs().equals(List.of(value))) {
        nodes.set(i, node.withOutputs(List.of(name)));
        return;
      }
    }
    at("", "output " + name);
    add("Identity", OnnxAttributes.NONE, value);
    OnnxNode last = nodes.get(nodes.size() - 1);
    nodes.set(nodes.size() - 1, last.withOutputs(List.of(name)));
  }

  /** A cast, unless the value has the type already. */
  String cast(String value, OnnxType from, OnnxType to) {
    return from == to ? value : add("Cast", OnnxAttributes.NONE.integer("to", to.code()), value);
  }

  /** A vector of integers. */
  String integers(long... values) {
    String name = "int64" + Arrays.toString(values).replace(" ", "");
    ByteBuffer bytes = little(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return constant(new OnnxTensor(name, OnnxType.INT64, List.of(values.length), bytes));
  }

  /** An integer without dimensions. */
  String integer(long value) {
    ByteBuffer bytes = little(Long.BYTES).putLong(0, value);
    return constant(new OnnxTensor("int64 " + value, OnnxType.INT64, List.of(), bytes));
  }

  /** A float32 tensor. */
  String floats(Shape shape, float... values) {
    String name = "float32" + shape + Arrays.toString(values).replace(" ", "");
    ByteBuffer bytes = little(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return constant(new OnnxTensor(name, OnnxType.FLOAT32, shape.dims(), bytes));
  }

  /** A number without dimensions in the type that the network computes in. */
  String number(double value) {
    if (type() == OnnxType.FLOAT32) {
      return floats(Shape.of(), (float) value);
    }
    HostTensor half = HostTensor.of(new float[] {(float) value}, Shape.of()).to(DType.F16);
    return constant(new OnnxTensor("float16 " + value, OnnxType.FLOAT16, List.of(), half.data()));
  }

  /** A parameter of a node, in the type that the network computes in. */
  String parameter(Node node, int slot) {
    String name = node.parameters().get(slot);
    ParameterRole role = node.op().parameterSlots().get(slot).role();
    boolean stored = options.half() == OnnxOptions.Half.WEIGHTS && role == ParameterRole.WEIGHT;
    if (parameters.add(name)) {
      HostTensor tensor = state.get(name);
      parameterElements += tensor.elements();
      boolean half = stored || type() == OnnxType.FLOAT16;
      tensors.put(name, half ? half(name, tensor) : wide(name, tensor));
    }
    if (!stored) {
      return name;
    }
    String known = casts.get(name);
    String cast = known == null ? cast(name, OnnxType.FLOAT16, OnnxType.FLOAT32) : known;
    casts.put(name, cast);
    return cast;
  }

  private static OnnxTensor wide(String name, HostTensor tensor) {
    return new OnnxTensor(
        name, OnnxType.FLOAT32, tensor.shape().dims(), () -> tensor.to(DType.F32).data());
  }

  private static OnnxTensor half(String name, HostTensor tensor) {
    for (float value : tensor.toFloats()) {
      if (Math.abs(value) > LARGEST_HALF) {
        throw new IllegalArgumentException(
            "%s must fit float16, which ends at 65504, got %s; export it in float32"
                .formatted(name, value));
      }
    }
    return new OnnxTensor(
        name, OnnxType.FLOAT16, tensor.shape().dims(), () -> tensor.to(DType.F16).data());
  }

  private String constant(OnnxTensor tensor) {
    tensors.putIfAbsent(tensor.name(), tensor);
    return tensor.name();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The module's path, for its further nodes with the operator behind it, numbered if need be. */
  private String unique(String type) {
    String longer = path.isEmpty() ? type : path + "/" + type;
    String name = path.isEmpty() ? longer : path;
    for (int i = 2; !names.add(name); i++) {
      name = name.equals(path) ? longer : longer + "_" + i;
    }
    return name;
  }
}
