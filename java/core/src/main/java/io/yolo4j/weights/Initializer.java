package io.yolo4j.weights;

import io.yolo4j.graph.Attention;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.graph.ParameterSlot;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SplitAnchors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Start values of a network, as PyTorch and YOLOv5 choose them. Convolutions and linear layers:
 * uniform within ±1/√fan_in, weights and biases (Kaiming uniform with a = √5). Batch norm:
 * identity. Attention: input projection Xavier uniform, biases 0. Detection biases: shifted so that
 * the first predictions are few objects of no particular class.
 */
public final class Initializer {
  // Objects that an image of 640 × 640 is assumed to hold, and the share of the likeliest class.
  private static final double OBJECTS_PER_IMAGE = 8;
  private static final double IMAGE_SIDE = 640;
  private static final double CLASS_SHARE = 0.6;
  private static final int OBJECTNESS = 4;

  private final Graph graph;
  private final long seed;
  private final Map<String, float[]> started = new HashMap<>();

  private Initializer(Graph graph, long seed) {
    this.graph = graph;
    this.seed = seed;
  }

  /**
   * Returns start values for all parameters and buffers, in the graph's order.
   *
   * <p>The random values depend on the seed and the parameter's name alone, so a layer that is
   * added leaves the start of the others as it was.
   *
   * @throws IllegalArgumentException if no operation reads a parameter and its role does not say
   *     how it starts
   */
  public static StateDict initialize(Graph graph, long seed) {
    return new Initializer(graph, seed).run();
  }

  private StateDict run() {
    graph.nodes().forEach(this::start);
    graph.head().ifPresent(this::shiftDetectionBiases);
    StateDict.Builder state = StateDict.builder();
    for (Parameter parameter : graph.parameters()) {
      state.put(parameter.name(), tensor(parameter));
    }
    return state.build();
  }

  private HostTensor tensor(Parameter parameter) {
    if (parameter.role() == ParameterRole.BATCH_COUNT) {
      return HostTensor.of(new long[(int) parameter.elements()], parameter.shape());
    }
    float[] values = started.get(parameter.name());
    if (values == null) {
      values =
          parameter.role() == ParameterRole.ANCHORS ? anchors(parameter) : constants(parameter);
    }
    return HostTensor.of(values, parameter.shape());
  }

  private void start(Node node) {
    List<ParameterSlot> slots = node.op().parameterSlots();
    double bound = 0;
    for (int i = 0; i < slots.size(); i++) {
      ParameterSlot slot = slots.get(i);
      String name = node.parameters().get(i);
      if (slot.role() == ParameterRole.WEIGHT) {
        bound = 1 / Math.sqrt((double) fanIn(slot.shape()));
        double width = slot.name().equals("in_proj_weight") ? xavier(node) : bound;
        started.put(name, uniform(name, slot.shape(), width));
      } else if (slot.role() == ParameterRole.BIAS) {
        boolean zero = node.op() instanceof Attention;
        // A bias follows its weight and has the same bound.
        started.put(name, uniform(name, slot.shape(), zero ? 0 : bound));
      }
    }
  }

  /** Inputs of one output: everything but dimension 0, as PyTorch counts for every weight. */
  private static long fanIn(Shape weight) {
    return weight.elements() / weight.dim(0);
  }

  /** Bound √(6 / (fan_in + fan_out)) of the packed projection [3E, E]. */
  private static double xavier(Node node) {
    int embedding = ((Attention) node.op()).embedding();
    return Math.sqrt(6.0 / (embedding + 3.0 * embedding));
  }

  private float[] uniform(String name, Shape shape, double bound) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    if (bound > 0) {
      SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ hash(name));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
    }
    return values;
  }

  /** FNV-1a (Fowler, Noll, Vo) over the characters; String.hashCode has too few bits. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private float[] anchors(Parameter parameter) {
    DetectionHead head = graph.head().orElseThrow(() -> unknown(parameter));
    float[] values = new float[Math.toIntExact(parameter.elements())];
    int at = 0;
    for (Level level : head.levels()) {
      for (Anchor anchor : level.anchors()) {
        values[at++] = anchor.width() / level.stride();
        values[at++] = anchor.height() / level.stride();
      }
    }
    return values;
  }

  private static float[] constants(Parameter parameter) {
    float[] values = new float[Math.toIntExact(parameter.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (parameter.role()) {
            case NORM_WEIGHT, RUNNING_VARIANCE -> 1;
            case NORM_BIAS, RUNNING_MEAN -> 0;
            case SCALE -> -(i + 1) / 2f;
            default -> throw unknown(parameter);
          };
    }
    return values;
  }

  private static IllegalArgumentException unknown(Parameter parameter) {
    return new IllegalArgumentException(
        "no start value is known for %s of role %s and shape %s, which no operation reads"
            .formatted(parameter.name(), parameter.role(), parameter.shape()));
  }

  private void shiftDetectionBiases(DetectionHead head) {
    for (int level = 0; level < head.levels().size(); level++) {
      Node output = graph.node(graph.outputs().get(level));
      if (output.op() instanceof SplitAnchors) {
        Node source = graph.node(output.inputs().get(0));
        if (source.op() instanceof Conv2d conv && conv.bias()) {
          int stride = head.levels().get(level).stride();
          started.computeIfPresent(
              source.parameters().get(1), (name, bias) -> shifted(bias, head, stride));
        }
      }
    }
  }

  private static float[] shifted(float[] bias, DetectionHead head, int stride) {
    double cells = Math.pow(IMAGE_SIDE / stride, 2);
    double objectness = Math.log(OBJECTS_PER_IMAGE / cells);
    double classes = Math.log(CLASS_SHARE / (head.classes() - 0.99));
    for (int i = 0; i < bias.length; i++) {
      int output = i % head.outputs();
      if (output >= OBJECTNESS) {
        bias[i] += (float) (output == OBJECTNESS ? objectness : classes);
      }
    }
    return bias;
  }
}
