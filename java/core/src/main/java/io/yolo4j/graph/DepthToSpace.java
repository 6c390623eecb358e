package io.yolo4j.graph;

import java.util.List;

/**
 * Moves channels into blocks of pixels, the inverse of {@link SpaceToDepth}: [N,C,H,W] →
 * [N,C/g²,H·g,W·g]. FLOPs: 0.
 *
 * @param gain g; g² divides C
 */
public record DepthToSpace(int gain) implements Op {
  /** Checks the gain. */
  public DepthToSpace {
    ShapeRules.positive("gain of DepthToSpace", gain);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("DepthToSpace", inputs);
    long area = (long) gain * gain;
    if (x.dim(1) % area != 0) {
      throw new IllegalArgumentException(
          "DepthToSpace: gain² = %d must divide the channels of input %s".formatted(area, x));
    }
    int height = ShapeRules.size("DepthToSpace", (long) x.dim(2) * gain);
    int width = ShapeRules.size("DepthToSpace", (long) x.dim(3) * gain);
    return Shape.of(x.dim(0), (int) (x.dim(1) / area), height, width);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "DepthToSpace x" + gain;
  }
}
