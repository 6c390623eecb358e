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
    int area = gain * gain;
    if (x.dim(1) % area != 0) {
      throw new IllegalArgumentException(
          "DepthToSpace: gain² = %d must divide the channels of input %s".formatted(area, x));
    }
    return Shape.of(x.dim(0), x.dim(1) / area, x.dim(2) * gain, x.dim(3) * gain);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }
}
