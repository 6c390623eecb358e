package io.yolo4j.report;

import io.yolo4j.image.Drawing;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Resize;
import java.util.Base64;
import java.util.List;

/** A picture that is small enough for the page, with its boxes. Immutable. */
final class ShownPicture {
  /** The long side in pixels. */
  static final int SIDE = 320;

  private static final float QUALITY = 0.8f;

  private final String name;
  private final Image image;
  private final String data;
  private final List<ShownBox> labels;
  private final List<ShownBox> predictions;

  private ShownPicture(
      String name, Image image, String data, List<ShownBox> labels, List<ShownBox> predictions) {
    this.name = name;
    this.image = image;
    this.data = data;
    this.labels = List.copyOf(labels);
    this.predictions = List.copyOf(predictions);
  }

  /** Returns the size at which a picture is shown: not larger than it is. */
  static ImageSize size(ImageSize original) {
    double ratio = Math.min(1, (double) SIDE / Math.max(original.width(), original.height()));
    return new ImageSize(
        (int) Math.max(1, Math.rint(original.width() * ratio)),
        (int) Math.max(1, Math.rint(original.height() * ratio)));
  }

  /**
   * Makes a picture small.
   *
   * @param labels in pixels of the small picture, as {@link #size} tells
   */
  static ShownPicture of(String name, Image original, List<ShownBox> labels) {
    Image small = Resize.to(original, size(original.size()), Interpolation.AREA);
    String data =
        "data:image/jpeg;base64,"
            + Base64.getEncoder().encodeToString(ImageWriter.jpeg(small, QUALITY));
    return new ShownPicture(name, small, data, labels, List.of());
  }

  /** Returns the picture with other predictions. */
  ShownPicture withPredictions(List<ShownBox> found) {
    return new ShownPicture(name, image, data, labels, found);
  }

  /** Returns the picture under another name. */
  ShownPicture withName(String other) {
    return new ShownPicture(other, image, data, labels, predictions);
  }

  String name() {
    return name;
  }

  ImageSize size() {
    return image.size();
  }

  /** Returns the pixels as a data URI. */
  String data() {
    return data;
  }

  List<ShownBox> labels() {
    return labels;
  }

  /** Returns what was found, the surest first. */
  List<ShownBox> predictions() {
    return predictions;
  }

  /** Returns the picture with boxes drawn on it. */
  Image drawn(List<ShownBox> boxes) {
    Drawing drawing = new Drawing(image);
    // The surest last, so that its label lies on top.
    for (int i = boxes.size() - 1; i >= 0; i--) {
      drawing.box(boxes.get(i).box(), boxes.get(i).text(), boxes.get(i).classId());
    }
    return drawing.image();
  }
}
