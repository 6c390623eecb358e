package io.yolo4j.train;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of a labelled box as the network sees it.
 *
 * @param classId index of its class
 * @param width in pixels of the network's input
 * @param height in pixels of the network's input
 */
public record LabelSize(int classId, float width, float height) {
  /**
   * Returns the sizes of all boxes of a data set, with each picture's long side scaled to the image
   * size.
   */
  public static List<LabelSize> of(Dataset dataset, int imageSize) {
    List<LabelSize> sizes = new ArrayList<>();
    for (Sample sample : dataset.samples()) {
      double scale = (double) imageSize / Math.max(sample.size().width(), sample.size().height());
      for (Label label : sample.labels()) {
        sizes.add(
            new LabelSize(
                label.classId(),
                pixels(label.box().width(), sample.size().width() * scale),
                pixels(label.box().height(), sample.size().height() * scale)));
      }
    }
    return sizes;
  }

  /** Targets are float32 in training; a side at exactly the limit must fall on the same side. */
  private static float pixels(double fraction, double side) {
    return (float) ((float) fraction * side);
  }

  /**
   * Returns the worse of the ratios of the sides to an anchor's, each as a number up to 1: 1 where
   * both agree.
   */
  float metric(float anchorWidth, float anchorHeight) {
    float x = width / anchorWidth;
    float y = height / anchorHeight;
    return Math.min(Math.min(x, 1 / x), Math.min(y, 1 / y));
  }
}
