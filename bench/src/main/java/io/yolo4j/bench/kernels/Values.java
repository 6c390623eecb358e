package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.TensorLayout;

/** Numbers to compute with, and the order they stand in. */
final class Values {
  private static final int BF16_BITS = 0xffff0000;
  private static final int LAST_BIT = 0x10000;

  private Values() {}

  /**
   * Returns numbers in −size to size that bfloat16 holds exactly, always the same for a seed. Their
   * last bit is set, so that none lies on a corner of a piecewise function, where derivatives are a
   * matter of taste.
   */
  static float[] noise(long count, int seed, float size) {
    float[] values = fineNoise(count, seed, -size, size);
    for (int i = 0; i < values.length; i++) {
      int bits = (Float.floatToRawIntBits(values[i]) & BF16_BITS) | LAST_BIT;
      values[i] = Float.intBitsToFloat(bits);
    }
    return values;
  }

  /** Returns numbers between two, always the same for a seed. */
  static float[] fineNoise(long count, int seed, float from, float to) {
    float[] values = new float[Math.toIntExact(count)];
    int state = seed;
    for (int i = 0; i < values.length; i++) {
      state = state * 1664525 + 1013904223;
      values[i] = from + (to - from) * ((state >>> 8) / 16777216f);
    }
    return values;
  }

  /** Returns numbers in NCHW in the order of the layout. */
  static float[] arrange(float[] nchw, Dimensions dimensions, TensorLayout layout) {
    return layout == TensorLayout.NCHW
        ? nchw
        : transposed(nchw, (int) dimensions.channels(), (int) dimensions.pixels());
  }

  /** Returns numbers in the order of the layout in NCHW. */
  static float[] toNchw(float[] values, Dimensions dimensions, TensorLayout layout) {
    return layout == TensorLayout.NCHW
        ? values
        : transposed(values, (int) dimensions.pixels(), (int) dimensions.channels());
  }

  /* Each block of rows · columns by itself. */
  private static float[] transposed(float[] values, int rows, int columns) {
    float[] turned = new float[values.length];
    for (int block = 0; block < values.length; block += rows * columns) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          turned[block + column * rows + row] = values[block + row * columns + column];
        }
      }
    }
    return turned;
  }
}
