package io.yolo4j.image;

/** The rules by which picture sizes are computed. */
public final class Sizing {
  private Sizing() {}

  /**
   * Returns the size at which a data set's picture is loaded: its long side becomes {@code side},
   * both sides are truncated ({@code int(side · r)}), unlike {@link Letterbox}, which rounds.
   *
   * @param side the network's image size in pixels
   */
  public static ImageSize loaded(ImageSize source, int side) {
    if (side < 1) {
      throw new IllegalArgumentException("an image size must be at least 1, got " + side);
    }
    double ratio = (double) side / Math.max(source.width(), source.height());
    if (ratio == 1) {
      return source;
    }
    return new ImageSize(
        Math.max((int) (source.width() * ratio), 1), Math.max((int) (source.height() * ratio), 1));
  }

  /**
   * Returns how a data set's picture is resampled: area where it shrinks and no random augmentation
   * follows, else linear.
   */
  public static Interpolation loadedInterpolation(ImageSize source, int side, boolean augment) {
    boolean shrinks = side < Math.max(source.width(), source.height());
    return shrinks && !augment ? Interpolation.AREA : Interpolation.LINEAR;
  }

  /**
   * Returns the smallest multiple of the stride that is at least {@code pixels}, and at least
   * {@code floor}.
   */
  public static int checkedSide(int pixels, int stride, int floor) {
    if (stride < 1) {
      throw new IllegalArgumentException("a stride must be at least 1, got " + stride);
    }
    return Math.max(-Math.floorDiv(-pixels, stride) * stride, floor);
  }
}
