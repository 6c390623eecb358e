package io.yolo4j.runtime;

import java.nio.FloatBuffer;

/**
 * One detection level's raw output, float32, before the sigmoid.
 *
 * <p>Ownership: the values belong to the executor that gave them and are valid until its next run
 * or its close.
 *
 * @param values N·anchors·H·W·outputs values from index 0
 * @param images N
 * @param anchors anchors per cell
 * @param height rows of the grid
 * @param width columns of the grid
 * @param outputs classes + 5
 * @param layout in which order
 */
public record RawHead(
    FloatBuffer values,
    int images,
    int anchors,
    int height,
    int width,
    int outputs,
    Layout layout) {
  /** The order of the values, row-major. */
  public enum Layout {
    /** [N, anchors, H, W, outputs]. */
    ANCHORS_FIRST,
    /** [N, H, W, anchors, outputs]. */
    PIXELS_FIRST
  }

  /** Checks that the buffer holds what the dimensions say. */
  public RawHead {
    long needed = (long) images * anchors * height * width * outputs;
    if (values.limit() < needed) {
      throw new IllegalArgumentException(
          "a raw head [%d,%d,%d,%d,%d] needs %d values, the buffer's limit is %d"
              .formatted(images, anchors, height, width, outputs, needed, values.limit()));
    }
  }

  /** Creates one in the order [N, anchors, H, W, outputs]. */
  public RawHead(FloatBuffer values, int images, int anchors, int height, int width, int outputs) {
    this(values, images, anchors, height, width, outputs, Layout.ANCHORS_FIRST);
  }

  /** Returns the number of cells of a picture, those of one anchor. */
  public int cells() {
    return height * width;
  }

  /** Returns the distance between the values of neighbouring cells of an anchor. */
  public int cellStride() {
    return layout == Layout.ANCHORS_FIRST ? outputs : anchors * outputs;
  }

  /** Returns the distance between the values of an anchor and the next. */
  public int anchorStride() {
    return layout == Layout.ANCHORS_FIRST ? cells() * outputs : outputs;
  }

  /**
   * Returns the index of the first output.
   *
   * @param cell row · width + column
   */
  public int index(int image, int anchor, int cell) {
    return image * anchors * cells() * outputs + anchor * anchorStride() + cell * cellStride();
  }
}
