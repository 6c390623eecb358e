package io.yolo4j.graph;

import java.util.List;

/**
 * A detection level's raw output: [N, anchors·outputs, H, W] → [N, anchors, H, W, outputs]. FLOPs:
 * 0; the values are copied.
 *
 * @param anchors anchors per cell
 * @param outputs outputs per anchor
 */
public record SplitAnchors(int anchors, int outputs) implements Op {
  /** Checks the attributes. */
  public SplitAnchors {
    ShapeRules.positive("anchors of a detection level", anchors);
    ShapeRules.positive("outputs of a detection level", outputs);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    int channels = ShapeRules.size("SplitAnchors", (long) anchors * outputs);
    Shape x = ShapeRules.channels("SplitAnchors", inputs, channels);
    return Shape.of(x.dim(0), anchors, x.dim(2), x.dim(3), outputs);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "SplitAnchors " + anchors + "x" + outputs;
  }
}
