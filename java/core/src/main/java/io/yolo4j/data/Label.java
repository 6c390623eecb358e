package io.yolo4j.data;

import io.yolo4j.image.NormalizedBox;
import org.jspecify.annotations.Nullable;

/**
 * One labelled object of a picture.
 *
 * @param classId index of its class
 * @param box in fractions of the picture
 * @param polygon its outline; null where the file gives a box only
 */
public record Label(int classId, NormalizedBox box, @Nullable Polygon polygon) {
  /** Checks the values. */
  public Label {
    if (classId < 0) {
      throw new IllegalArgumentException("a class id must not be negative, got " + classId);
    }
  }

  /** Creates the label of a box. */
  public Label(int classId, NormalizedBox box) {
    this(classId, box, null);
  }
}
