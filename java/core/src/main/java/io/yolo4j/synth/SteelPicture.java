package io.yolo4j.synth;

import io.yolo4j.data.Label;
import io.yolo4j.image.Image;
import java.util.List;

/**
 * A picture of a steel surface.
 *
 * @param image the surface with its defects; grey, in three equal channels
 * @param cleanSheet the same surface before the defects
 * @param labels the boxes around exactly those pixels in which the two differ, one a defect; they
 *     don't overlap
 */
public record SteelPicture(Image image, Image cleanSheet, List<Label> labels) {
  /** Copies the list. */
  public SteelPicture {
    labels = List.copyOf(labels);
  }
}
