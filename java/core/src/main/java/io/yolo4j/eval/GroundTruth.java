package io.yolo4j.eval;

import io.yolo4j.image.Box;

/**
 * One labelled object.
 *
 * @param classId index of its class
 * @param box corners in pixels of the original picture
 */
public record GroundTruth(int classId, Box box) {
  /** Checks the values. */
  public GroundTruth {
    if (classId < 0) {
      throw new IllegalArgumentException("a class id must not be negative, got " + classId);
    }
  }
}
