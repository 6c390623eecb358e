package io.yolo4j.train;

import java.util.Random;

/** Random generators from (seed, position), so that any part of a run can be repeated alone. */
public final class Seeds {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private Seeds() {}

  /**
   * Returns a generator for a position: the numbers of {@link Random} are the same in every JDK.
   * The seed is scrambled (SplitMix64, Steele, Lea, Flood 2014), since those of neighbours look
   * alike.
   */
  public static Random random(long seed, long position) {
    return new Random(mix(mix(seed + GOLDEN_GAMMA) + position + GOLDEN_GAMMA));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
