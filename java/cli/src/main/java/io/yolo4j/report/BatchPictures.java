package io.yolo4j.report;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Copies pictures and boxes out of a training batch. */
final class BatchPictures {
  private static final int COLUMNS = 6;

  private BatchPictures() {}

  /**
   * Returns the first pictures.
   *
   * @param pixels RGB bytes [images, height, width, 3]; neither position nor limit is used
   * @param frame width and height of each
   * @param targets rows of image, class, centre x, centre y, width, height; fractions of the frame
   * @param images how many to copy
   */
  static List<ShownPicture> of(
      ByteBuffer pixels, ImageSize frame, float[] targets, int images, List<String> classNames) {
    int bytes = frame.width() * frame.height() * Image.CHANNELS;
    ImageSize shown = ShownPicture.size(frame);
    List<ShownPicture> pictures = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      byte[] rgb = new byte[bytes];
      pixels.get(i * bytes, rgb);
      List<ShownBox> boxes = new ArrayList<>();
      for (int row = 0; row + COLUMNS <= targets.length; row += COLUMNS) {
        if ((int) targets[row] == i) {
          boxes.add(box(targets, row, shown, classNames));
        }
      }
      pictures.add(
          ShownPicture.of(
              "picture " + (i + 1), Image.wrap(rgb, frame.width(), frame.height()), boxes));
    }
    return pictures;
  }

  private static ShownBox box(float[] targets, int row, ImageSize shown, List<String> names) {
    int classId = (int) targets[row + 1];
    NormalizedBox box =
        new NormalizedBox(targets[row + 2], targets[row + 3], targets[row + 4], targets[row + 5]);
    String name = classId < names.size() ? names.get(classId) : Integer.toString(classId);
    return new ShownBox(box.toPixels(shown), classId, name);
  }
}
