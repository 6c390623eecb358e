package io.yolo4j.testing;

import org.bytedeco.javacpp.Pointer;

/** Counts of native objects for tests of leaks. */
public final class NativePointers {
  private static final int QUIET_ROUNDS = 3;
  private static final int MOST_ROUNDS = 100;

  private NativePointers() {}

  /**
   * The number of live pointers after what earlier tests left to the garbage collector is gone.
   * Tests take it before they start and compare with {@link Pointer#totalCount()} afterwards: there
   * a collection would hide what was not closed.
   *
   * @throws IllegalStateException when the count does not come to rest
   */
  public static long settled() {
    long count = Pointer.totalCount();
    int quiet = 0;
    for (int round = 0; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round++) {
      System.gc();
      pause();
      long now = Pointer.totalCount();
      quiet = now == count ? quiet + 1 : 0;
      count = now;
    }
    if (quiet < QUIET_ROUNDS) {
      throw new IllegalStateException("the number of native pointers does not come to rest");
    }
    return count;
  }

  /** Gives the thread that frees what was collected the time to do so. */
  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
