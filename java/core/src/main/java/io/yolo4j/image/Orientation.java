package io.yolo4j.image;

/**
 * The eight EXIF orientations: how stored pixels are turned so that the picture stands upright
 * (Exif 2.32, tag 0x0112).
 */
final class Orientation {
  private Orientation() {}

  /* Orientations 5 to 8 exchange width and height. */
  static boolean swapsSides(int orientation) {
    return orientation >= 5;
  }

  static ImageSize upright(ImageSize stored, int orientation) {
    return swapsSides(orientation) ? stored.transposed() : stored;
  }

  static Image upright(Image stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    ImageSize size = upright(stored.size(), orientation);
    byte[] source = stored.rgb();
    byte[] target = new byte[source.length];
    int lastX = stored.width() - 1;
    int lastY = stored.height() - 1;
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++, at += Image.CHANNELS) {
        int alongX = swapsSides(orientation) ? y : x;
        int alongY = swapsSides(orientation) ? x : y;
        int sourceX = mirrorsX(orientation) ? lastX - alongX : alongX;
        int sourceY = mirrorsY(orientation) ? lastY - alongY : alongY;
        int from = (sourceY * stored.width() + sourceX) * Image.CHANNELS;
        target[at] = source[from];
        target[at + 1] = source[from + 1];
        target[at + 2] = source[from + 2];
      }
    }
    return Image.wrap(target, size.width(), size.height());
  }

  /* Whether the stored columns are read from right to left. */
  private static boolean mirrorsX(int orientation) {
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  }

  /* Whether the stored rows are read from bottom to top. */
  private static boolean mirrorsY(int orientation) {
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  }
}
