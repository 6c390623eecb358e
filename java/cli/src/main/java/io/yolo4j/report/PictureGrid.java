package io.yolo4j.report;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.LetterboxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Puts pictures side by side into one. */
final class PictureGrid {
  /** Pictures a grid. */
  static final int MOST = 16;

  private static final int GAP = 4;

  private PictureGrid() {}

  /**
   * Writes up to {@link #MOST} pictures, as wide as high.
   *
   * @throws IOException if the file cannot be written
   */
  static void write(Path file, List<Image> pictures) throws IOException {
    if (!pictures.isEmpty()) {
      ImageWriter.write(of(pictures), file);
    }
  }

  /** Returns pictures in rows, each in the middle of a square cell. */
  static Image of(List<Image> pictures) {
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    int rows = (pictures.size() + columns - 1) / columns;
    int cell =
        pictures.stream().mapToInt(p -> Math.max(p.width(), p.height())).max().orElse(1) + GAP;
    int width = columns * cell;
    byte[] rgb = new byte[width * rows * cell * Image.CHANNELS];
    Arrays.fill(rgb, (byte) LetterboxOptions.DEFAULT_FILL);
    for (int i = 0; i < pictures.size(); i++) {
      Image picture = pictures.get(i);
      int left = i % columns * cell + (cell - picture.width()) / 2;
      int top = i / columns * cell + (cell - picture.height()) / 2;
      int rowBytes = picture.width() * Image.CHANNELS;
      for (int y = 0; y < picture.height(); y++) {
        System.arraycopy(
            picture.rgb(),
            y * rowBytes,
            rgb,
            ((top + y) * width + left) * Image.CHANNELS,
            rowBytes);
      }
    }
    return Image.wrap(rgb, width, rows * cell);
  }
}
