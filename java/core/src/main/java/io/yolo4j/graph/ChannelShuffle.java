package io.yolo4j.graph;

import java.util.List;

/**
 * Mixes the channels of groups (Zhang et al., "ShuffleNet", 2017): with n = C / groups channels
 * each, y[:, j·groups + i] = x[:, i·n + j]. FLOPs: 0; the values are copied.
 *
 * @param groups number of groups; divides C
 */
public record ChannelShuffle(int groups) implements Op {
  /** Checks the groups. */
  public ChannelShuffle {
    ShapeRules.positive("groups of a channel shuffle", groups);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("ChannelShuffle", inputs);
    if (x.dim(1) % groups != 0) {
      throw new IllegalArgumentException(
          "ChannelShuffle: %d groups must divide the channels of input %s".formatted(groups, x));
    }
    return x;
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "ChannelShuffle " + groups;
  }
}
