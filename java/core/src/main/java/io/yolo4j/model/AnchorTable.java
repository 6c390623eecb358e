package io.yolo4j.model;

import io.yolo4j.graph.DetectionHead.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The anchors of a description: a table in pixels at the nominal size, or only their number, to be
 * fitted to a data set.
 *
 * @param perLevel anchors per level
 * @param levels a list per level of width, height, width, height …; empty when they are to be
 *     fitted
 */
public record AnchorTable(int perLevel, List<List<Number>> levels) {
  /** Checks that all levels have the same number of anchors. */
  public AnchorTable {
    if (perLevel < 1) {
      throw new ModelException("anchors: each level needs at least one anchor, got " + perLevel);
    }
    levels = levels.stream().map(List::copyOf).toList();
    for (List<Number> level : levels) {
      if (level.size() != 2 * perLevel) {
        throw new ModelException(
            "anchors: every level must hold %d numbers (width and height of %d anchors), got %s"
                .formatted(2 * perLevel, perLevel, level));
      }
      if (!level.stream().mapToDouble(Number::doubleValue).allMatch(AnchorTable::isLength)) {
        throw new ModelException(
            "anchors: widths and heights must be finite and not negative, got " + level);
      }
    }
  }

  /** Returns whether only the number of anchors is known. */
  public boolean isPlaceholder() {
    return levels.isEmpty();
  }

  /** Returns the numbers of each level; placeholders 0, 1, 2 … until anchors are fitted. */
  public List<List<Number>> values(int levelCount) {
    if (!isPlaceholder()) {
      return levels;
    }
    List<Number> counting = new ArrayList<>(LongStream.range(0, 2L * perLevel).boxed().toList());
    List<List<Number>> values = new ArrayList<>();
    for (int i = 0; i < levelCount; i++) {
      values.add(counting);
    }
    return values;
  }

  private static boolean isLength(double pixels) {
    return pixels >= 0 && Double.isFinite(pixels);
  }

  static List<Anchor> anchors(List<? extends Number> numbers) {
    List<Anchor> anchors = new ArrayList<>();
    for (int i = 0; i + 1 < numbers.size(); i += 2) {
      anchors.add(new Anchor(numbers.get(i).floatValue(), numbers.get(i + 1).floatValue()));
    }
    return anchors;
  }
}
