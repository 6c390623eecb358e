package io.yolo4j.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferInt;

/**
 * A picture of 8-bit RGB pixels, interleaved, row after row: the byte of channel c at column x and
 * row y lies at {@code (y·width + x)·3 + c}.
 *
 * <p>Immutable by convention: {@link #rgb()} and {@link #wrap} share the array instead of copying
 * it, and nobody may change it afterwards. Under that rule a picture is safe to share between
 * threads.
 */
public final class Image {
  /** Channels of a pixel. */
  public static final int CHANNELS = 3;

  private final byte[] rgb;
  private final ImageSize size;

  private Image(byte[] rgb, ImageSize size) {
    this.rgb = rgb;
    this.size = size;
  }

  /**
   * Returns a picture that takes over the array of RGB bytes without a copy.
   *
   * @throws IllegalArgumentException if the array's length is not width·height·3
   */
  public static Image wrap(byte[] rgb, int width, int height) {
    return new Image(rgb, checkedSize(rgb.length, width, height));
  }

  /**
   * Returns a picture with a copy of these RGB bytes.
   *
   * @throws IllegalArgumentException if the array's length is not width·height·3
   */
  public static Image ofRgb(byte[] rgb, int width, int height) {
    return new Image(rgb.clone(), checkedSize(rgb.length, width, height));
  }

  /**
   * Returns a picture with a copy of these bytes, which hold blue, green, red per pixel.
   *
   * @throws IllegalArgumentException if the array's length is not width·height·3
   */
  public static Image ofBgr(byte[] bgr, int width, int height) {
    ImageSize size = checkedSize(bgr.length, width, height);
    byte[] rgb = new byte[bgr.length];
    for (int i = 0; i < bgr.length; i += CHANNELS) {
      rgb[i] = bgr[i + 2];
      rgb[i + 1] = bgr[i + 1];
      rgb[i + 2] = bgr[i];
    }
    return new Image(rgb, size);
  }

  /** Returns a copy of the picture's pixels; an alpha channel is dropped, grey is repeated. */
  public static Image of(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    byte[] rgb = new byte[byteCount(width, height)];
    ColorModel colours = picture.getColorModel();
    int space = colours.getColorSpace().getType();
    if (space == ColorSpace.TYPE_GRAY) {
      copyGrey(picture, rgb);
    } else if (space == ColorSpace.TYPE_RGB
        && colours instanceof ComponentColorModel
        && colours.getTransferType() == DataBuffer.TYPE_BYTE
        && !colours.isAlphaPremultiplied()) {
      copySamples(picture, rgb);
    } else {
      copyColours(picture, rgb);
    }
    return new Image(rgb, new ImageSize(width, height));
  }

  /*
   * Grey samples are copied as they are: BufferedImage.getRGB would take them for linear light and
   * brighten them, which no other reader of image files does.
   */
  private static void copyGrey(BufferedImage picture, byte[] rgb) {
    int width = picture.getWidth();
    int bits = picture.getSampleModel().getSampleSize(0);
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRaster().getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++, at += CHANNELS) {
        byte grey = (byte) (bits > 8 ? row[x] >> (bits - 8) : row[x]);
        rgb[at] = grey;
        rgb[at + 1] = grey;
        rgb[at + 2] = grey;
      }
    }
  }

  /* Likewise without a colour profile that the file may hold, which OpenCV ignores too. */
  private static void copySamples(BufferedImage picture, byte[] rgb) {
    int width = picture.getWidth();
    int bands = picture.getRaster().getNumBands();
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRaster().getPixels(0, y, width, 1, row);
      for (int from = 0; from < row.length; from += bands, at += CHANNELS) {
        rgb[at] = (byte) row[from];
        rgb[at + 1] = (byte) row[from + 1];
        rgb[at + 2] = (byte) row[from + 2];
      }
    }
  }

  private static void copyColours(BufferedImage picture, byte[] rgb) {
    int width = picture.getWidth();
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++, at += CHANNELS) {
        rgb[at] = (byte) (row[x] >> 16);
        rgb[at + 1] = (byte) (row[x] >> 8);
        rgb[at + 2] = (byte) row[x];
      }
    }
  }

  /** Returns the pixels, not a copy: do not change them. */
  public byte[] rgb() {
    return rgb;
  }

  /** Returns the width in pixels. */
  public int width() {
    return size.width();
  }

  /** Returns the height in pixels. */
  public int height() {
    return size.height();
  }

  /** Returns width and height. */
  public ImageSize size() {
    return size;
  }

  /**
   * Returns one value, 0 to 255.
   *
   * @param channel 0 red, 1 green, 2 blue
   * @throws IndexOutOfBoundsException if the pixel lies outside
   */
  public int value(int x, int y, int channel) {
    if (x < 0 || x >= width() || y < 0 || y >= height() || channel < 0 || channel >= CHANNELS) {
      throw new IndexOutOfBoundsException(
          "pixel (%d, %d) channel %d is outside a picture of %s with 3 channels"
              .formatted(x, y, channel, size));
    }
    return rgb[(y * width() + x) * CHANNELS + channel] & 0xff;
  }

  /**
   * Returns a copy of a part; this where the part is the whole.
   *
   * @param x column of its left edge
   * @param y row of its upper edge
   * @throws IndexOutOfBoundsException if it reaches beyond this picture
   */
  public Image crop(int x, int y, int width, int height) {
    ImageSize part = new ImageSize(width, height);
    if (x < 0 || y < 0 || x > width() - width || y > height() - height) {
      throw new IndexOutOfBoundsException(
          "a part of %s at (%d, %d) must lie inside the picture of %s".formatted(part, x, y, size));
    }
    if (part.equals(size)) {
      return this;
    }
    byte[] copy = new byte[byteCount(width, height)];
    int rowBytes = width * CHANNELS;
    for (int row = 0; row < height; row++) {
      int from = ((y + row) * width() + x) * CHANNELS;
      System.arraycopy(rgb, from, copy, row * rowBytes, rowBytes);
    }
    return new Image(copy, part);
  }

  /** Returns a copy for Java2D, of type {@link BufferedImage#TYPE_INT_RGB}. */
  public BufferedImage toBufferedImage() {
    BufferedImage copy = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    int[] target = ((DataBufferInt) copy.getRaster().getDataBuffer()).getData();
    for (int i = 0, at = 0; i < target.length; i++, at += CHANNELS) {
      target[i] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
    }
    return copy;
  }

  /** Returns the size for people. */
  @Override
  public String toString() {
    return "Image[" + size + "]";
  }

  /* Bytes of the pixels; a picture that does not fit an array is refused by name. */
  static int byteCount(int width, int height) {
    long bytes = (long) width * height * CHANNELS;
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a picture must have fewer than 2^31 bytes, got %dx%d pixels of 3 bytes"
              .formatted(width, height));
    }
    return (int) bytes;
  }

  private static ImageSize checkedSize(int length, int width, int height) {
    ImageSize size = new ImageSize(width, height);
    if (length != byteCount(width, height)) {
      throw new IllegalArgumentException(
          "a picture of %s needs %d bytes, got %d"
              .formatted(size, (long) width * height * CHANNELS, length));
    }
    return size;
  }
}
