package io.yolo4j.lighten;

/**
 * How much of a network is left out. One of the two shares is given, the other is 0.
 *
 * @param channelShare share of the prunable channels below the threshold on their scales, as in Liu
 *     et al. 2017; from 0 to below 1
 * @param flopsShare share of the floating-point operations that has to go, from 0 to below 1; the
 *     smallest threshold that reaches it is taken
 * @param imageSize side of the square pictures at which operations are counted, in pixels
 * @param minimum channels that each convolution keeps at least, where it has them
 * @param multiple that the number of channels is raised to, where there are as many: 8 is the block
 *     in which oneDNN stores channels
 */
public record PruneOptions(
    double channelShare, double flopsShare, int imageSize, int minimum, int multiple) {
  /** Channels kept and their multiple, if nothing else is said. */
  public static final int BLOCK = 8;

  /** Checks the values. */
  public PruneOptions {
    requireShare("the share of channels to leave out", channelShare);
    requireShare("the share of operations to leave out", flopsShare);
    if ((channelShare > 0) == (flopsShare > 0)) {
      throw new IllegalArgumentException(
          "exactly one of the shares of channels and of operations must be above 0, got %s and %s"
              .formatted(channelShare, flopsShare));
    }
    requireAtLeastOne("the image size", imageSize);
    requireAtLeastOne("the least number of channels", minimum);
    requireAtLeastOne("the multiple of channels", multiple);
  }

  /** Returns options that leave out that share of the channels. */
  public static PruneOptions channels(double share, int imageSize) {
    return new PruneOptions(share, 0, imageSize, BLOCK, BLOCK);
  }

  /** Returns options that leave out at least that share of the operations. */
  public static PruneOptions flops(double share, int imageSize) {
    return new PruneOptions(0, share, imageSize, BLOCK, BLOCK);
  }

  /** Returns a copy with another least number of channels. */
  public PruneOptions withMinimum(int channels) {
    return new PruneOptions(channelShare, flopsShare, imageSize, channels, multiple);
  }

  /** Returns a copy with another multiple of channels. */
  public PruneOptions withMultiple(int channels) {
    return new PruneOptions(channelShare, flopsShare, imageSize, minimum, channels);
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "%s must be from 0 to below 1, got %s".formatted(what, share));
    }
  }

  private static void requireAtLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(what, value));
    }
  }
}
