package io.yolo4j.data;

import io.yolo4j.image.NormalizedBox;
import java.util.Locale;
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

  /**
   * Returns the row of a label file: {@code class cx cy w h}, or {@code class x1 y1 x2 y2 …} where
   * there is an outline; fractions with six decimals.
   */
  public String row() {
    StringBuilder row = new StringBuilder(Integer.toString(classId));
    if (polygon == null) {
      append(row, box.centreX());
      append(row, box.centreY());
      append(row, box.width());
      append(row, box.height());
    } else {
      for (int i = 0; i < polygon.size(); i++) {
        append(row, polygon.x(i));
        append(row, polygon.y(i));
      }
    }
    return row.toString();
  }

  private static void append(StringBuilder row, double fraction) {
    row.append(String.format(Locale.ROOT, " %.6f", fraction));
  }
}
