package io.yolo4j.image;

import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.PixelKernels;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The geometry of one picture in its frame, computed by {@link #of} and carried out by {@link
 * #apply}.
 *
 * <p>The ratio is r = min(frame/picture) over both sides; the resized side is round(side·r), half
 * to even; what is left is split evenly into padding p, of which round(p − 0.1) comes before and
 * round(p + 0.1) after the picture.
 *
 * @param source the picture's size
 * @param resized the picture's size inside the frame
 * @param ratioX width ratio; equal to ratioY unless the picture is stretched
 * @param ratioY height ratio
 * @param padX half of the horizontal padding in pixels, before rounding
 * @param padY half of the vertical padding in pixels, before rounding
 * @param top border rows above
 * @param bottom border rows below
 * @param left border columns on the left
 * @param right border columns on the right
 * @param fill the grey of the border
 */
public record Letterbox(
    ImageSize source,
    ImageSize resized,
    double ratioX,
    double ratioY,
    double padX,
    double padY,
    int top,
    int bottom,
    int left,
    int right,
    int fill) {
  /** Checks the values. */
  public Letterbox {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new IllegalArgumentException(
          "borders must not be negative, got top %d, bottom %d, left %d, right %d"
              .formatted(top, bottom, left, right));
    }
    if (fill < 0 || fill > 255) {
      throw new IllegalArgumentException("a fill must lie in 0 to 255, got " + fill);
    }
  }

  /** Returns the geometry of a picture of this size. */
  public static Letterbox of(ImageSize source, LetterboxOptions options) {
    double ratio =
        Math.min(
            (double) options.height() / source.height(), (double) options.width() / source.width());
    if (!options.scaleUp()) {
      ratio = Math.min(ratio, 1);
    }
    if (options.scaleFill() && !options.auto()) {
      ImageSize stretched = new ImageSize(options.width(), options.height());
      double ratioX = (double) options.width() / source.width();
      double ratioY = (double) options.height() / source.height();
      return padded(source, stretched, new double[] {ratioX, ratioY, 0, 0}, options.fill());
    }
    ImageSize resized =
        new ImageSize(roundedSide(source.width(), ratio), roundedSide(source.height(), ratio));
    int spareX = options.width() - resized.width();
    int spareY = options.height() - resized.height();
    if (options.auto()) {
      spareX = Math.floorMod(spareX, options.stride());
      spareY = Math.floorMod(spareY, options.stride());
    }
    return padded(
        source, resized, new double[] {ratio, ratio, spareX / 2.0, spareY / 2.0}, options.fill());
  }

  private static int roundedSide(int side, double ratio) {
    return Math.max((int) Math.rint(side * ratio), 1);
  }

  private static Letterbox padded(
      ImageSize source, ImageSize resized, double[] ratiosAndPads, int fill) {
    double padX = ratiosAndPads[2];
    double padY = ratiosAndPads[3];
    return new Letterbox(
        source,
        resized,
        ratiosAndPads[0],
        ratiosAndPads[1],
        padX,
        padY,
        (int) Math.rint(padY - 0.1),
        (int) Math.rint(padY + 0.1),
        (int) Math.rint(padX - 0.1),
        (int) Math.rint(padX + 0.1),
        fill);
  }

  /** Returns the whole frame's size. */
  public ImageSize frame() {
    return new ImageSize(left + resized.width() + right, top + resized.height() + bottom);
  }

  /**
   * Writes the resized picture and its border into a buffer: frame height·width·3 bytes of RGB from
   * an absolute index; the buffer's position and limit don't move.
   *
   * @param target usually the direct buffer of a whole batch
   * @param offset index of the first byte
   * @throws IllegalArgumentException if the picture does not have the geometry's size or the buffer
   *     is too small; nothing is written then
   */
  public void apply(Image image, Interpolation interpolation, ByteBuffer target, int offset) {
    if (!image.size().equals(source)) {
      throw new IllegalArgumentException(
          "the letterbox was computed for a picture of %s, got %s".formatted(source, image.size()));
    }
    ImageSize frame = frame();
    int rowBytes = frame.width() * Image.CHANNELS;
    int bytes = Image.byteCount(frame.width(), frame.height());
    if (offset < 0 || (long) offset + bytes > target.limit()) {
      throw new IllegalArgumentException(
          "a frame of %s needs %d bytes from index %d, the buffer's limit is %d"
              .formatted(frame, bytes, offset, target.limit()));
    }
    byte[] line = new byte[rowBytes];
    Arrays.fill(line, (byte) fill);
    for (int y = 0; y < top; y++) {
      target.put(offset + y * rowBytes, line);
    }
    for (int y = top + resized.height(); y < frame.height(); y++) {
      target.put(offset + y * rowBytes, line);
    }
    if (interpolation == Interpolation.LINEAR
        && target.isDirect()
        && !target.isReadOnly()
        && Math.max(image.width(), image.height()) <= PixelKernels.MOST_RESIZED
        && NativeLibrary.isAvailable()) {
      resizeNatively(image, target, offset, line);
      return;
    }
    int start = left * Image.CHANNELS;
    int length = resized.width() * Image.CHANNELS;
    Resize.rows(
        image,
        resized,
        interpolation,
        (y, row) -> {
          System.arraycopy(row, 0, line, start, length);
          target.put(offset + (top + y) * rowBytes, line);
        });
  }

  /** The same bits, without the heap: the native kernel writes between the borders. */
  private void resizeNatively(Image image, ByteBuffer target, int offset, byte[] line) {
    int start = left * Image.CHANNELS;
    int end = start + resized.width() * Image.CHANNELS;
    int first = offset + top * line.length;
    for (int y = 0; y < resized.height() && end - start < line.length; y++) {
      target.put(first + y * line.length, line, 0, start);
      target.put(first + y * line.length + end, line, end, line.length - end);
    }
    PixelKernels.resize(
        image.rgb(),
        image.width(),
        image.height(),
        target.duplicate().position(first + start),
        line.length,
        resized.width(),
        resized.height());
  }

  /** Returns the framed picture as a new one, bilinear. */
  public Image apply(Image image) {
    ImageSize frame = frame();
    byte[] rgb = new byte[Image.byteCount(frame.width(), frame.height())];
    apply(image, Interpolation.LINEAR, ByteBuffer.wrap(rgb), 0);
    return Image.wrap(rgb, frame.width(), frame.height());
  }
}
