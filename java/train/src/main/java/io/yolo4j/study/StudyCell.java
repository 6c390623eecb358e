package io.yolo4j.study;

import io.yolo4j.train.TrainOptions;
import java.util.regex.Pattern;

/**
 * One of the alternatives that a study compares; it is trained once for each seed.
 *
 * @param name unique in the study, and good for a file name
 * @param text what it is, for people
 * @param picturesPerClass training pictures of each class; 0 for all there are
 * @param options of its runs; data, folder and seed are each run's own
 */
public record StudyCell(String name, String text, int picturesPerClass, TrainOptions options) {
  private static final Pattern NAME = Pattern.compile("[\\w.+-]+");

  /** Checks the values. */
  public StudyCell {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a cell's name must be of letters, digits and . _ + -, got '%s'".formatted(name));
    }
    if (picturesPerClass < 0) {
      throw new IllegalArgumentException(
          "pictures a class must not be negative, got " + picturesPerClass);
    }
  }

  /** Returns the cell of all pictures. */
  public static StudyCell of(String name, String text, TrainOptions options) {
    return new StudyCell(name, text, 0, options);
  }
}
