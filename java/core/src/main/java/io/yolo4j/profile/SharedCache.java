package io.yolo4j.profile;

import io.yolo4j.kernels.RoofKernels.Access;

/**
 * How much the last cache, which cores share, holds for us. Virtual machines tell all dies'
 * together, of which a core reaches one, and others use it too: so it is looked for.
 */
final class SharedCache {
  /** Tries of each size; others only ever make one slower. */
  private static final int TRIES = 3;

  /** Working sets that reach this share of what small ones reach still lie in the cache. */
  private static final double STILL_IN = 0.75;

  /** The smallest set that is surely beyond the caches of the cores. */
  private static final int BEYOND = 4;

  private SharedCache() {}

  /**
   * Returns the largest set whose passes are about as fast as those of a small one: the smallest,
   * doubled so many times; {@code inner} if even that one lies in memory.
   *
   * @param inner bytes that the cores' own caches hold
   * @param told bytes of the shared one as the system tells them
   */
  static long bytes(RoofProbe probe, long inner, long told) {
    long smallest = BEYOND * inner;
    if (smallest == 0 || 2 * smallest > told) {
      return told;
    }
    double most = read(probe, smallest);
    long held = smallest;
    while (2 * held <= told && read(probe, 2 * held) >= STILL_IN * most) {
      held *= 2;
    }
    if (2 * held <= told) {
      return held;
    }
    // All that was told fits, though it is no power of two times the smallest; unless twice as much
    // is as fast, so that even the smallest set was memory's and nothing of the cache is ours.
    return read(probe, 2 * told) < STILL_IN * most ? told : inner;
  }

  private static double read(RoofProbe probe, long bytes) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      best = Math.max(best, probe.bandwidth(Access.READ, bytes));
    }
    return best;
  }
}
