package io.yolo4j.graph;

import java.util.List;

/**
 * Moves blocks of pixels into channels: [N,C,H,W] → [N,g²·C,H/g,W/g]; the new channel index is (row
 * offset, column offset, channel), outermost first. FLOPs: 0.
 *
 * @param gain g, divides H and W
 */
public record SpaceToDepth(int gain) implements Op {
  /** Checks the gain. */
  public SpaceToDepth {
    ShapeRules.positive("gain of SpaceToDepth", gain);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("SpaceToDepth", inputs);
    if (x.dim(2) % gain != 0 || x.dim(3) % gain != 0) {
      throw new IllegalArgumentException(
          "SpaceToDepth: gain %d must divide height and width of input %s".formatted(gain, x));
    }
    int channels = ShapeRules.size("SpaceToDepth", (long) gain * gain * x.dim(1));
    return Shape.of(x.dim(0), channels, x.dim(2) / gain, x.dim(3) / gain);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "SpaceToDepth x" + gain;
  }
}
