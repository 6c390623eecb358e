package io.yolo4j.runtime;

import java.nio.FloatBuffer;

/**
 * One detection level's raw output: float32 [N, anchors, H, W, outputs], row-major, before the
 * sigmoid.
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
 */
public record RawHead(
    FloatBuffer values, int images, int anchors, int height, int width, int outputs) {
  /** Checks that the buffer holds what the dimensions say. */
  public RawHead {
    long needed = (long) images * anchors * height * width * outputs;
    if (values.limit() < needed) {
      throw new IllegalArgumentException(
          "a raw head [%d,%d,%d,%d,%d] needs %d values, the buffer's limit is %d"
              .formatted(images, anchors, height, width, outputs, needed, values.limit()));
    }
  }
}
