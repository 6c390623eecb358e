package io.yolo4j.export;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns raw heads into boxes behind the network: y = sigmoid(raw); centre = (2·y − 0.5 +
 * cell)·stride; size = (2·y)²·anchor; in float32, for float16 steps by half a pixel at 640.
 */
final class DecodedOutput {
  private static final OnnxAttributes NONE = OnnxAttributes.NONE;
  private static final OnnxAttributes LAST = NONE.integer("axis", -1);

  private final DetectionHead head;
  private final InputShape shape;
  private final OnnxBuilder out;

  DecodedOutput(DetectionHead head, OnnxBuilder out) {
    this.head = head;
    this.out = out;
    shape = out.options().shape();
  }

  /** Returns the value [N, rows, outputs] of float32 heads [N, anchors, H, W, outputs]. */
  String write(List<String> heads) {
    List<String> levels = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      out.at("decode." + i, "level of stride " + head.levels().get(i).stride());
      levels.add(level(heads.get(i), head.levels().get(i)));
    }
    out.at("decode", "all levels: level, anchor, row, column, outermost first");
    return out.add("Concat", NONE.integer("axis", 1), levels.toArray(String[]::new));
  }

  private String level(String raw, Level level) {
    String y = out.add("Sigmoid", NONE, raw);
    List<String> parts =
        out.addSeveral("Split", 4, LAST, y, out.integers(1, 1, 2, 1L + head.classes()));
    int rows = shape.height() / level.stride();
    int columns = shape.width() / level.stride();
    boolean anyRows = shape.isDynamic(InputShape.Axis.HEIGHT);
    boolean anyColumns = shape.isDynamic(InputShape.Axis.WIDTH);
    String gridX = anyColumns ? counted(raw, 3) : cells(columns, Shape.of(1, 1, 1, columns, 1));
    String gridY = anyRows ? counted(raw, 2) : cells(rows, Shape.of(1, 1, rows, 1, 1));
    String x = centre(parts.get(0), gridX, level.stride());
    String yCentre = centre(parts.get(1), gridY, level.stride());
    String doubled = out.add("Mul", NONE, parts.get(2), number(2));
    String squared = out.add("Mul", NONE, doubled, doubled);
    String size = out.add("Mul", NONE, squared, anchors(level));
    String joined = out.add("Concat", LAST, x, yCentre, size, parts.get(3));
    return LayoutRules.reshape(joined, out, 0, -1, head.outputs());
  }

  private String centre(String y, String cell, int stride) {
    String doubled = out.add("Mul", NONE, y, number(2));
    String inGrid = out.add("Add", NONE, doubled, cell);
    return out.add("Mul", NONE, inGrid, number(stride));
  }

  /** 0, 1, 2 … minus a half. */
  private String cells(int count, Shape gridShape) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i - 0.5f;
    }
    return out.floats(gridShape, values);
  }

  /** As {@link #cells}, of as many as a dimension of the raw head has when the network runs. */
  private String counted(String raw, int axis) {
    String sizes = out.add("Shape", NONE, raw);
    String count = out.add("Gather", NONE.integer("axis", 0), sizes, out.integer(axis));
    String indices = out.add("Range", NONE, out.integer(0), count, out.integer(1));
    String wide = out.cast(indices, OnnxType.INT64, OnnxType.FLOAT32);
    String shifted = out.add("Sub", NONE, wide, number(0.5f));
    long[] gridShape = {1, 1, 1, 1, 1};
    gridShape[axis] = -1;
    return LayoutRules.reshape(shifted, out, gridShape);
  }

  private String anchors(Level level) {
    int count = level.anchors().size();
    float[] sizes = new float[2 * count];
    for (int i = 0; i < count; i++) {
      sizes[2 * i] = level.anchors().get(i).width();
      sizes[2 * i + 1] = level.anchors().get(i).height();
    }
    return out.floats(Shape.of(1, count, 1, 1, 2), sizes);
  }

  private String number(float value) {
    return out.floats(Shape.of(), value);
  }
}
