package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;

/**
 * Square pictures of 8-bit pixels, three channels interleaved.
 *
 * @param count how many
 * @param side in pixels
 */
record Pictures(int count, int side) {
  private static final int MOST = 255;

  Dimensions dimensions() {
    return new Dimensions(count, 3, side, side);
  }

  BufferPlan plan() {
    return new BufferPlan(ElementType.U8, dimensions().elements(), this::pixels);
  }

  private float[] pixels() {
    float[] pixels = Values.fineNoise(dimensions().elements(), 1, 0, MOST + 1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (int) pixels[i];
    }
    return pixels;
  }

  /** Returns the pixels over 255, in NCHW. */
  float[] expected() {
    float[] values = pixels();
    for (int i = 0; i < values.length; i++) {
      values[i] /= MOST;
    }
    return Values.toNchw(values, dimensions(), TensorLayout.NHWC);
  }
}
