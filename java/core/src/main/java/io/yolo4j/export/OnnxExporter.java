package io.yolo4j.export;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Shape;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns a detection network and its weights into an ONNX model. Any graph can be written; every
 * value and node carries the path of the module that it came from.
 *
 * <p>Threads: safe.
 */
public final class OnnxExporter {
  /** Name of the network's input. */
  public static final String INPUT = "images";

  private final OnnxOptions options;
  private final OpRules rules;

  /** Creates an exporter with these options. */
  public OnnxExporter(OnnxOptions options) {
    this(options, OpRules.standard());
  }

  OnnxExporter(OnnxOptions options, OpRules rules) {
    this.options = options;
    this.rules = rules;
  }

  /**
   * Returns the network as an ONNX model; weights are referred to, not copied, except where batch
   * norms are folded.
   *
   * @param graph a network with one input and a detection head
   * @param state its weights
   * @param metadata texts by key to store in the file
   * @throws IllegalArgumentException if the graph has no head, the input's size is no multiple of
   *     its strides, weights are missing, or the file would pass protobuf's 2 GiB
   * @throws UnsupportedOperationException if an operation has no ONNX form, naming its module
   */
  public OnnxModel export(Graph graph, StateDict state, Map<String, String> metadata) {
    DetectionHead head = graph.requireHead();
    Graph sized = sized(graph, head);
    BatchNormFolding folding = BatchNormFolding.all(sized);
    OnnxBuilder out =
        options.foldBatchNorms()
            ? new OnnxBuilder(options, FoldedState.of(state, folding))
            : new OnnxBuilder(options, state);
    Graph written = options.foldBatchNorms() ? folding.graph() : sized;
    List<OnnxValue> known = new ArrayList<>();
    List<String> heads = network(written, out, known);
    List<OnnxValue> outputs = outputs(heads, head, out);
    OnnxValue input = input(written.inputs().get(0).shape().dim(1));
    return new OnnxModel(options, out, List.of(input), outputs, known, metadata);
  }

  private Graph sized(Graph graph, DetectionHead head) {
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "a network must have 1 input to be exported, it has " + graph.inputs().size());
    }
    InputShape shape = options.shape();
    int stride = head.maxStride();
    if (shape.height() % stride != 0 || shape.width() % stride != 0) {
      throw new IllegalArgumentException(
          "height and width must be multiples of the largest stride %d, got %dx%d"
              .formatted(stride, shape.height(), shape.width()));
    }
    int channels = graph.inputs().get(0).shape().dim(1);
    return graph.withInputs(Shape.of(shape.batch(), channels, shape.height(), shape.width()));
  }

  /** Writes all nodes and returns the raw heads as float32. */
  private List<String> network(Graph graph, OnnxBuilder out, List<OnnxValue> known) {
    String[] values = new String[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input) {
        values[node.id()] = pixels(out);
        continue;
      }
      List<String> inputs = node.inputs().stream().map(id -> values[id]).toList();
      String value = rules.write(node, inputs, out);
      values[node.id()] = value;
      if (options.shape().dynamic().isEmpty() && !inputs.contains(value)) {
        known.add(
            new OnnxValue(
                value, out.type(), node.shape().dims().stream().map(String::valueOf).toList()));
      }
    }
    out.at("heads", "raw heads in float32");
    return graph.outputs().stream()
        .map(id -> out.cast(values[id], out.type(), OnnxType.FLOAT32))
        .toList();
  }

  private String pixels(OnnxBuilder out) {
    out.at("pixels", "the input as the network takes it");
    String pixels = INPUT;
    if (options.input() == OnnxOptions.Input.UINT8) {
      String wide = out.cast(pixels, OnnxType.UINT8, OnnxType.FLOAT32);
      pixels = out.add("Div", OnnxAttributes.NONE, wide, out.floats(Shape.of(), 255));
    }
    return out.cast(pixels, OnnxType.FLOAT32, out.type());
  }

  private OnnxValue input(int channels) {
    OnnxType type = options.input() == OnnxOptions.Input.UINT8 ? OnnxType.UINT8 : OnnxType.FLOAT32;
    InputShape shape = options.shape();
    return new OnnxValue(
        INPUT,
        type,
        List.of(
            shape.dim(InputShape.Axis.BATCH, 1),
            String.valueOf(channels),
            shape.dim(InputShape.Axis.HEIGHT, 1),
            shape.dim(InputShape.Axis.WIDTH, 1)));
  }

  private List<OnnxValue> outputs(List<String> heads, DetectionHead head, OnnxBuilder out) {
    InputShape shape = options.shape();
    String batch = shape.dim(InputShape.Axis.BATCH, 1);
    String each = String.valueOf(head.outputs());
    if (options.output() == OnnxOptions.Output.RAW) {
      List<OnnxValue> outputs = new ArrayList<>();
      for (int i = 0; i < heads.size(); i++) {
        DetectionHead.Level level = head.levels().get(i);
        out.output(heads.get(i), "head" + i);
        String rows = shape.dim(InputShape.Axis.HEIGHT, level.stride());
        String columns = shape.dim(InputShape.Axis.WIDTH, level.stride());
        String anchors = String.valueOf(level.anchors().size());
        List<String> dims = List.of(batch, anchors, rows, columns, each);
        outputs.add(new OnnxValue("head" + i, OnnxType.FLOAT32, dims));
      }
      return outputs;
    }
    String decoded = new DecodedOutput(head, out).write(heads);
    if (options.output() == OnnxOptions.Output.DECODED) {
      out.output(decoded, "output");
      return List.of(new OnnxValue("output", OnnxType.FLOAT32, List.of(batch, rows(head), each)));
    }
    new SuppressedOutput(head.classes(), out).write(decoded);
    return List.of(
        new OnnxValue("boxes", OnnxType.FLOAT32, List.of("kept", "4")),
        new OnnxValue("scores", OnnxType.FLOAT32, List.of("kept")),
        new OnnxValue("classes", OnnxType.INT64, List.of("kept")));
  }

  private String rows(DetectionHead head) {
    InputShape shape = options.shape();
    if (shape.isDynamic(InputShape.Axis.HEIGHT) || shape.isDynamic(InputShape.Axis.WIDTH)) {
      return "rows";
    }
    long rows = 0;
    for (DetectionHead.Level level : head.levels()) {
      long cells = (long) (shape.height() / level.stride()) * (shape.width() / level.stride());
      rows += cells * level.anchors().size();
    }
    return String.valueOf(rows);
  }
}
