package io.yolo4j.runtime;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One detection level's raw output, float32, before the sigmoid.
 *
 * <p>Ownership: the values belong to the executor that gave them and are valid until its next run
 * or its close.
 *
 * @param values N·anchors·H·W·{@link #anchorValues()} values from index 0: all outputs, or the five
 *     before the classes where those stand apart
 * @param images N
 * @param anchors anchors per cell
 * @param height rows of the grid
 * @param width columns of the grid
 * @param outputs classes + 5
 * @param layout in which order
 * @param classLogits of the classes, where they stand apart; null: behind the objectness
 */
public record RawHead(
    FloatBuffer values,
    int images,
    int anchors,
    int height,
    int width,
    int outputs,
    Layout layout,
    @Nullable ClassLogits classLogits) {
  /** Outputs before the classes: x, y, width, height, objectness. */
  public static final int BEFORE_CLASSES = 5;

  /** The order of the values, row-major. */
  public enum Layout {
    /** [N, anchors, H, W, outputs]. */
    ANCHORS_FIRST,
    /** [N, H, W, anchors, outputs]. */
    PIXELS_FIRST
  }

  /**
   * Logits of the classes where there may be an object; the others hold anything.
   *
   * @param values N·anchors·H·W·classes values from index 0, in the order of the head
   * @param leastObjectness those are there whose objectness, behind the sigmoid, is above it
   */
  public record ClassLogits(FloatBuffer values, float leastObjectness) {}

  /** Checks that the buffers hold what the dimensions say. */
  public RawHead {
    int each = classLogits == null ? outputs : BEFORE_CLASSES;
    check(values, images, anchors, height, width, each);
    if (classLogits != null) {
      int classes = outputs - BEFORE_CLASSES;
      check(classLogits.values(), images, anchors, height, width, classes);
    }
  }

  private static void check(
      FloatBuffer values, int images, int anchors, int height, int width, int each) {
    long needed = (long) images * anchors * height * width * each;
    if (values.limit() < needed) {
      throw new IllegalArgumentException(
          "a raw head [%d,%d,%d,%d,%d] needs %d values, the buffer's limit is %d"
              .formatted(images, anchors, height, width, each, needed, values.limit()));
    }
  }

  /** Creates one with all outputs of an anchor together. */
  public RawHead(
      FloatBuffer values,
      int images,
      int anchors,
      int height,
      int width,
      int outputs,
      Layout layout) {
    this(values, images, anchors, height, width, outputs, layout, null);
  }

  /** Creates one in the order [N, anchors, H, W, outputs]. */
  public RawHead(FloatBuffer values, int images, int anchors, int height, int width, int outputs) {
    this(values, images, anchors, height, width, outputs, Layout.ANCHORS_FIRST);
  }

  /** Returns how many values an anchor of a cell has in {@link #values}. */
  public int anchorValues() {
    return classLogits == null ? outputs : BEFORE_CLASSES;
  }

  /** Returns the number of cells of a picture, those of one anchor. */
  public int cells() {
    return height * width;
  }

  /** Returns the distance between the values of neighbouring cells of an anchor. */
  public int cellStride() {
    return cellStride(anchorValues());
  }

  private int cellStride(int each) {
    return layout == Layout.ANCHORS_FIRST ? each : anchors * each;
  }

  /** Returns the distance between the values of an anchor and the next. */
  public int anchorStride() {
    return anchorStride(anchorValues());
  }

  private int anchorStride(int each) {
    return layout == Layout.ANCHORS_FIRST ? cells() * each : each;
  }

  /**
   * Returns the index of the first output.
   *
   * @param cell row · width + column
   */
  public int index(int image, int anchor, int cell) {
    return index(image, anchor, cell, anchorValues());
  }

  private int index(int image, int anchor, int cell, int each) {
    return image * anchors * cells() * each + anchor * anchorStride(each) + cell * cellStride(each);
  }

  /** Returns the buffer that holds the classes' logits: {@link #values}, or one of their own. */
  public FloatBuffer classValues() {
    return classLogits == null ? values : classLogits.values();
  }

  /**
   * Returns the index of the first class in {@link #classValues}.
   *
   * @param cell row · width + column
   */
  public int classIndex(int image, int anchor, int cell) {
    return classLogits == null
        ? index(image, anchor, cell) + BEFORE_CLASSES
        : index(image, anchor, cell, outputs - BEFORE_CLASSES);
  }

  /** Returns the distance between neighbouring cells of an anchor in {@link #classValues}. */
  public int classCellStride() {
    return cellStride(classLogits == null ? outputs : outputs - BEFORE_CLASSES);
  }

  /** Returns the distance between an anchor and the next in {@link #classValues}. */
  public int classAnchorStride() {
    return anchorStride(classLogits == null ? outputs : outputs - BEFORE_CLASSES);
  }
}
