package io.yolo4j.image;

/**
 * How a picture is fitted into a frame without changing its aspect ratio.
 *
 * @param height of the frame in pixels
 * @param width of the frame in pixels
 * @param auto take the padding modulo {@code stride}: the frame shrinks to the smallest multiple of
 *     the stride that holds the picture
 * @param stride pixels; used by {@code auto} only
 * @param scaleUp whether pictures smaller than the frame are enlarged
 * @param scaleFill stretch to the frame, without padding; {@code auto} goes first
 * @param fill the grey of the border, 0 to 255
 */
public record LetterboxOptions(
    int height, int width, boolean auto, int stride, boolean scaleUp, boolean scaleFill, int fill) {
  /** The grey of the border that the networks were trained with. */
  public static final int DEFAULT_FILL = 114;

  /** Checks the values. */
  public LetterboxOptions {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a letterbox frame must be at least 1x1 pixels, got %dx%d".formatted(width, height));
    }
    if (stride < 1) {
      throw new IllegalArgumentException("a stride must be at least 1, got " + stride);
    }
    if (fill < 0 || fill > 255) {
      throw new IllegalArgumentException("a fill must lie in 0 to 255, got " + fill);
    }
  }

  /** Returns options for exactly this frame: no auto padding, enlarging allowed, stride 32. */
  public static LetterboxOptions of(int height, int width) {
    return new LetterboxOptions(height, width, false, 32, true, false, DEFAULT_FILL);
  }

  /** Returns options for a square frame. */
  public static LetterboxOptions square(int side) {
    return of(side, side);
  }

  /** Returns options with padding modulo this stride. */
  public LetterboxOptions withAuto(int multiple) {
    return new LetterboxOptions(height, width, true, multiple, scaleUp, scaleFill, fill);
  }

  /** Returns options that enlarge small pictures or don't. */
  public LetterboxOptions withScaleUp(boolean enlarge) {
    return new LetterboxOptions(height, width, auto, stride, enlarge, scaleFill, fill);
  }

  /** Returns options that stretch to the frame or don't. */
  public LetterboxOptions withScaleFill(boolean stretch) {
    return new LetterboxOptions(height, width, auto, stride, scaleUp, stretch, fill);
  }

  /** Returns options with another border grey. */
  public LetterboxOptions withFill(int grey) {
    return new LetterboxOptions(height, width, auto, stride, scaleUp, scaleFill, grey);
  }
}
