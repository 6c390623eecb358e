package io.yolo4j.augment;

import java.util.Arrays;

/**
 * The random numbers of one sample: SplitMix64 (Steele, Lea, Flood 2014), started from (run seed,
 * epoch, index). Who computes a sample, when and on how many threads then makes no difference. An
 * own generator and own arithmetic on it, since those of the JDK may change with its version, and a
 * run is to be continued on another one.
 */
final class SampleRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;
  private static final int BETA_DRAWS = 63;

  private long state;

  private SampleRandom(long state) {
    this.state = state;
  }

  /**
   * Returns the generator of a sample.
   *
   * @param index place in the epoch's order, so that a picture that comes twice in an epoch looks
   *     different the second time; −1 for the order itself
   */
  static SampleRandom of(long seed, long epoch, long index) {
    long key = mix(seed + GOLDEN_GAMMA);
    key = mix(key + epoch + GOLDEN_GAMMA);
    return new SampleRandom(mix(key + index + GOLDEN_GAMMA));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a number in [0, 1). */
  double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  /** Returns a number in [low, high); low where they are equal. */
  double uniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Returns a number in 0 … bound − 1; the bias is below bound/2^32. */
  int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("a bound must be at least 1, got " + bound);
    }
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Returns true with this probability; it always uses up one number. */
  boolean chance(double probability) {
    return nextDouble() < probability;
  }

  /** Returns a number of the distribution Beta(32, 32): the median of 63 uniform ones has it. */
  double beta32() {
    double[] draws = new double[BETA_DRAWS];
    for (int i = 0; i < BETA_DRAWS; i++) {
      draws[i] = nextDouble();
    }
    Arrays.sort(draws);
    return draws[BETA_DRAWS / 2];
  }

  /** Returns 0 … size − 1 in random order. */
  int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
