package io.yolo4j.graph;

import java.util.List;

/**
 * What it takes to read a network's raw detection output: the number of classes and, per level,
 * stride and anchors.
 *
 * <p>Level l gives a tensor [N, anchors, H, W, {@link #outputs()}]: x, y, w, h, objectness, class
 * scores, all before the sigmoid. H and W are the image's height and width divided by the level's
 * stride.
 *
 * @param classes number of classes, at least 1
 * @param levels the levels in the order of the network's outputs
 */
public record DetectionHead(int classes, List<Level> levels) {
  /** Checks the values and copies the list. */
  public DetectionHead {
    if (classes < 1) {
      throw new IllegalArgumentException("a detection head needs at least 1 class, got " + classes);
    }
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("a detection head needs at least one level");
    }
    levels = List.copyOf(levels);
  }

  /** Outputs per anchor: x, y, w, h, objectness and the class scores. */
  public int outputs() {
    return classes + 5;
  }

  /** The largest stride: image sides must be multiples of it. */
  public int maxStride() {
    return levels.stream().mapToInt(Level::stride).max().orElseThrow();
  }

  /**
   * One detection level.
   *
   * @param stride pixels per grid cell
   * @param anchors the level's anchors
   */
  public record Level(int stride, List<Anchor> anchors) {
    /** Checks the values and copies the list. */
    public Level {
      if (stride < 1) {
        throw new IllegalArgumentException("a stride must be at least 1, got " + stride);
      }
      if (anchors.isEmpty()) {
        throw new IllegalArgumentException("a detection level needs at least one anchor");
      }
      anchors = List.copyOf(anchors);
    }
  }

  /**
   * An anchor box.
   *
   * @param width in pixels of the network's input
   * @param height in pixels of the network's input
   */
  public record Anchor(float width, float height) {}
}
