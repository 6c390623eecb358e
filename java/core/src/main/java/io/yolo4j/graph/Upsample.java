package io.yolo4j.graph;

import java.util.List;

/**
 * Nearest-neighbour enlargement by a whole factor: [N,C,H,W] → [N,C,H·scale,W·scale]. FLOPs: 0.
 *
 * @param scale the factor
 */
public record Upsample(int scale) implements Op {
  /** Checks the factor. */
  public Upsample {
    ShapeRules.positive("scale of an upsampling", scale);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("Upsample", inputs);
    return Shape.of(x.dim(0), x.dim(1), enlarged(x.dim(2)), enlarged(x.dim(3)));
  }

  private int enlarged(int size) {
    return ShapeRules.size("Upsample", (long) size * scale);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "Upsample x" + scale;
  }
}
