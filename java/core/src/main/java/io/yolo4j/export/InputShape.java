package io.yolo4j.export;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The shape of an exported network's input.
 *
 * @param batch pictures
 * @param height rows in pixels
 * @param width columns in pixels
 * @param dynamic the sizes that may change from run to run; the numbers are examples then
 */
public record InputShape(int batch, int height, int width, Set<Axis> dynamic) {
  /** The sizes that may change. */
  public enum Axis {
    /** Pictures. */
    BATCH,
    /** Rows. */
    HEIGHT,
    /** Columns. */
    WIDTH
  }

  /** Checks the sizes and copies the set. */
  public InputShape {
    if (Math.min(batch, Math.min(height, width)) < 1) {
      throw new IllegalArgumentException(
          "an input's sizes must be at least 1, got batch %d, height %d, width %d"
              .formatted(batch, height, width));
    }
    dynamic = Set.copyOf(dynamic);
  }

  /** Returns one square picture of a fixed size. */
  public static InputShape square(int side) {
    return new InputShape(1, side, side, Set.of());
  }

  /** Returns a copy of which these sizes may change. */
  public InputShape withDynamic(Axis... axes) {
    Set<Axis> changed = EnumSet.noneOf(Axis.class);
    changed.addAll(Set.of(axes));
    return new InputShape(batch, height, width, changed);
  }

  /** Returns a copy for as many pictures. */
  public InputShape withBatch(int pictures) {
    return new InputShape(pictures, height, width, dynamic);
  }

  boolean isDynamic(Axis axis) {
    return dynamic.contains(axis);
  }

  /** Returns a size as a dimension, divided by a stride. */
  String dim(Axis axis, int stride) {
    String name = axis.name().toLowerCase(Locale.ROOT);
    if (isDynamic(axis)) {
      return stride == 1 ? name : name + "/" + stride;
    }
    int size =
        switch (axis) {
          case BATCH -> batch;
          case HEIGHT -> height;
          case WIDTH -> width;
        };
    return String.valueOf(size / stride);
  }
}
