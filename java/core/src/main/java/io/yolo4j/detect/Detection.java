package io.yolo4j.detect;

import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One found object.
 *
 * @param classId index of the class
 * @param className its name; null where the network's class names are not known
 * @param confidence objectness · class probability, 0 to 1
 * @param box corners in pixels of the original picture
 */
public record Detection(int classId, @Nullable String className, float confidence, Box box) {
  /** Checks the values. */
  public Detection {
    if (classId < 0) {
      throw new IllegalArgumentException("a class id must not be negative, got " + classId);
    }
  }

  /** Returns the box as fractions of the picture, as label files hold it. */
  public NormalizedBox normalized(ImageSize picture) {
    return box.normalized(picture);
  }

  /** Returns name (or id) and confidence, for example {@code person 0.87}. */
  public String label() {
    String name = className == null ? Integer.toString(classId) : className;
    return String.format(Locale.ROOT, "%s %.2f", name, confidence);
  }
}
