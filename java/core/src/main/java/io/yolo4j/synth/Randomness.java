package io.yolo4j.synth;

/**
 * The generator SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
 * 2014). Written out, because the platform does not promise the numbers of its own generators for
 * all versions.
 */
final class Randomness {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** Starts from a state as it is; {@link #of} scatters it first. */
  Randomness(long state) {
    this.state = state;
  }

  /** Returns the generator of a place, for example (seed, picture, defect). */
  static Randomness of(long... place) {
    long state = 0;
    for (long step : place) {
      state = mix(state + GOLDEN_GAMMA + mix(step));
    }
    return new Randomness(state);
  }

  /** Scatters the bits of a number: equal inputs give equal outputs, neighbours don't. */
  static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** Returns the next 64 bits. */
  long bits() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a number of [low, high). */
  double between(double low, double high) {
    return low + (high - low) * ((bits() >>> 11) * 0x1p-53);
  }

  /** Returns one of 0, 1 … bound − 1. */
  int below(int bound) {
    return (int) between(0, bound);
  }

  /** Returns true that often. */
  boolean chance(double probability) {
    return between(0, 1) < probability;
  }
}
