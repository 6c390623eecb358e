package io.yolo4j.loss;

/**
 * The labelled boxes of a batch: rows (image, class, cx, cy, w, h), the image by its place in the
 * batch, the box as fractions of the batch's width and height. Immutable.
 */
public final class Targets {
  /** Values of a row. */
  public static final int COLUMNS = 6;

  private final float[] values;

  private Targets(float[] values) {
    this.values = values;
  }

  /**
   * Returns targets with a copy of these rows.
   *
   * @param values rows of image, class, cx, cy, w, h, one after the other
   * @throws IllegalArgumentException if the last row is incomplete, an image or class is not a
   *     whole number from 0, or a box has a value that is not finite
   */
  public static Targets of(float[] values) {
    if (values.length % COLUMNS != 0) {
      throw new IllegalArgumentException(
          "targets are rows of %d values, got %d values".formatted(COLUMNS, values.length));
    }
    Targets targets = new Targets(values.clone());
    for (int row = 0; row < targets.count(); row++) {
      targets.requireIndex(row, 0, "image");
      targets.requireIndex(row, 1, "class");
      targets.requireFiniteBox(row);
    }
    return targets;
  }

  /** Returns targets without a row. */
  public static Targets none() {
    return new Targets(new float[0]);
  }

  /** Number of rows. */
  public int count() {
    return values.length / COLUMNS;
  }

  /** The image of a row by its place in the batch. */
  public int image(int row) {
    return (int) value(row, 0);
  }

  /** The class of a row. */
  public int classId(int row) {
    return (int) value(row, 1);
  }

  /** Centre of the box of a row, as a fraction of the width. */
  public float centerX(int row) {
    return value(row, 2);
  }

  /** Centre of the box of a row, as a fraction of the height. */
  public float centerY(int row) {
    return value(row, 3);
  }

  /** Width of the box of a row, as a fraction of the width. */
  public float width(int row) {
    return value(row, 4);
  }

  /** Height of the box of a row, as a fraction of the height. */
  public float height(int row) {
    return value(row, 5);
  }

  /** Checks that every row names an image of the batch and a class of the network. */
  void requireWithin(int images, int classes) {
    for (int row = 0; row < count(); row++) {
      if (image(row) >= images) {
        throw new IllegalArgumentException(
            "the image of target %d must be below the batch size %d, got %d"
                .formatted(row, images, image(row)));
      }
      if (classId(row) >= classes) {
        throw new IllegalArgumentException(
            "the class of target %d must be below the number of classes %d, got %d"
                .formatted(row, classes, classId(row)));
      }
    }
  }

  private float value(int row, int column) {
    return values[row * COLUMNS + column];
  }

  private void requireIndex(int row, int column, String name) {
    float value = value(row, column);
    if (!(value >= 0 && value == (int) value)) {
      throw new IllegalArgumentException(
          "the %s of target %d must be a whole number from 0, got %s".formatted(name, row, value));
    }
  }

  private void requireFiniteBox(int row) {
    for (int column = 2; column < COLUMNS; column++) {
      if (!Float.isFinite(value(row, column))) {
        throw new IllegalArgumentException(
            "the box of target %d must be finite, got cx %s, cy %s, w %s, h %s"
                .formatted(row, centerX(row), centerY(row), width(row), height(row)));
      }
    }
  }
}
