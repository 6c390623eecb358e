package io.yolo4j.train;

import java.util.SplittableRandom;

/** Draws the size of a batch's pictures. */
final class MultiScale {
  private static final long EPOCH = 0x9E3779B97F4A7C15L;
  private static final long BATCH = 0xC2B2AE3D27D4EB4FL;

  private MultiScale() {}

  /**
   * Returns a side from half to one and a half times the image size, a multiple of the stride, the
   * same for equal seed, epoch and batch.
   */
  static int side(TrainOptions options, RunPosition position, int stride) {
    SplittableRandom random =
        new SplittableRandom(
            options.seed() + EPOCH * (position.epoch() + 1) + BATCH * (position.batch() + 1));
    int least = options.imageSize() / 2;
    int most = options.imageSize() + options.imageSize() / 2;
    int drawn = random.nextInt(least, most + stride);
    return Math.max(stride, drawn / stride * stride);
  }
}
