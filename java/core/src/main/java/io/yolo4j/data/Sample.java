package io.yolo4j.data;

import io.yolo4j.image.ImageSize;
import java.nio.file.Path;
import java.util.List;

/**
 * A picture of a data set with its labels.
 *
 * @param image its file
 * @param size its size with the EXIF orientation applied
 * @param labels its objects; none for background
 */
public record Sample(Path image, ImageSize size, List<Label> labels) {
  /** Copies the list. */
  public Sample {
    labels = List.copyOf(labels);
  }
}
