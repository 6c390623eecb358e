package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * The work of decoding raw heads to boxes: sigmoids, grid and anchors, and the levels one after the
 * other. It isn't a node of the graph, which ends at the raw heads: yolo4j runs it as one
 * operation, which reads each value and writes each once. {@link #eager} is the same arithmetic as
 * PyTorch runs it, one kernel an operation.
 *
 * <p>Immutable, thread-safe.
 *
 * @param levels the raw heads [N, anchors, H, W, outputs]
 */
public record HeadDecode(List<Shape> levels) {
  /** Of a cell's outputs: x and y, then width and height. */
  private static final int PAIR = 2;

  /** The centre's doubling, offset, grid and stride; the size's doubling, square and anchor. */
  private static final int FLOPS_OF_A_PAIR = 4 + 3;

  /** Copies the list. */
  public HeadDecode {
    levels = List.copyOf(levels);
  }

  /**
   * An operation of the eager form.
   *
   * @param name ATen's
   * @param inputElements read, grid and anchors among them
   * @param outputElements written
   * @param flops floating-point operations
   */
  public record EagerOp(String name, long inputElements, long outputElements, long flops) {
    private static EagerOp view(String name) {
      return new EagerOp(name, 0, 0, 0);
    }

    /** Returns whether nothing runs for it. */
    public boolean isView() {
      return outputElements == 0;
    }
  }

  /**
   * Returns the decoding of a network's heads.
   *
   * @throws IllegalArgumentException if it has no detection head
   */
  public static HeadDecode of(Graph graph) {
    graph.requireHead();
    return new HeadDecode(graph.outputs().stream().map(id -> graph.node(id).shape()).toList());
  }

  /** Returns what it costs as one operation. */
  public Cost cost() {
    long elements = levels.stream().mapToLong(Shape::elements).sum();
    long pairs = levels.stream().mapToLong(HeadDecode::pairs).sum();
    return new Cost(sigmoid(elements) + FLOPS_OF_A_PAIR * pairs, elements, 0, elements);
  }

  private static long sigmoid(long elements) {
    return Activation.Kind.SIGMOID.flopsPerElement() * elements;
  }

  private static long pairs(Shape level) {
    return PAIR * (level.elements() / level.dim(level.rank() - 1));
  }

  /** How the eager form holds grid and anchors. */
  public enum EagerForm {
    /** As large as the feature map, as YOLOv5 does from 6.0 on. */
    EXPANDED,
    /** As large as they need be, as YOLOv5 5.0 does: read once for all anchors or cells. */
    BROADCAST
  }

  /** Returns the operations of an eager form, from the raw heads on, in order. */
  public List<EagerOp> eager(EagerForm form) {
    List<EagerOp> all = new ArrayList<>();
    levels.forEach(level -> lower(level, form, all));
    long elements = levels.stream().mapToLong(Shape::elements).sum();
    all.add(new EagerOp("cat", elements, elements, 0));
    return List.copyOf(all);
  }

  private static void lower(Shape level, EagerForm form, List<EagerOp> all) {
    long elements = level.elements();
    long pairs = pairs(level);
    long boxes = level.dim(1);
    boolean expanded = form == EagerForm.EXPANDED;
    long grid = expanded ? pairs : pairs / (level.dim(0) * boxes);
    long anchors = expanded ? pairs : PAIR * boxes;
    EagerOp slice = EagerOp.view("slice");
    EagerOp scaled = new EagerOp("mul", pairs, pairs, pairs);
    EagerOp written = new EagerOp("copy_", 2 * pairs, pairs, 0);
    all.add(new EagerOp("sigmoid", elements, elements, sigmoid(elements)));
    all.add(slice);
    all.add(scaled);
    all.add(new EagerOp("sub", pairs, pairs, pairs));
    all.add(new EagerOp("add", pairs + grid, pairs, pairs));
    all.add(EagerOp.view("select"));
    // The stride is a tensor of one element.
    all.add(new EagerOp("mul", pairs + 1, pairs, pairs));
    all.add(slice);
    all.add(written);
    all.add(slice);
    all.add(scaled);
    all.add(new EagerOp("pow", pairs, pairs, pairs));
    if (!expanded) {
      all.add(EagerOp.view("select"));
    }
    all.add(new EagerOp("mul", pairs + anchors, pairs, pairs));
    all.add(slice);
    all.add(written);
    all.add(EagerOp.view("view"));
  }
}
