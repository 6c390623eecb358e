package io.yolo4j.graph;

import java.util.List;

/**
 * Some channels in a row: [N,C,H,W] → [N,count,H,W]. A view.
 *
 * @param first the first channel
 * @param count how many
 */
public record ChannelSlice(int first, int count) implements Op {
  /** Checks the attributes. */
  public ChannelSlice {
    ShapeRules.positive("channels of a channel slice", count);
    if (first < 0) {
      throw new IllegalArgumentException(
          "the first channel of a channel slice must not be negative, got " + first);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("ChannelSlice", inputs);
    if ((long) first + count > x.dim(1)) {
      throw new IllegalArgumentException(
          "ChannelSlice of %d channels from %d on is more than input %s has"
              .formatted(count, first, x));
    }
    return x.withDim(1, count);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public String text() {
    return "ChannelSlice [%d:%d]".formatted(first, first + count);
  }
}
