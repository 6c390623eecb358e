package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;

/**
 * What one pickle may cost. A few bytes of a pickle can ask for a copy of everything before them,
 * so every allocation is paid for here first; the limits are far above real checkpoints.
 */
final class PickleBudget {
  /** Roughly what an object, an entry of a map or a boxed number takes on the heap. */
  static final int OBJECT_BYTES = 64;

  private static final long MAX_BYTES = 512L << 20;
  private static final int MAX_STACK = 1_000_000;
  private static final int MAX_OTHER_KEYS = 262_144;
  private static final int MAX_OTHER_KEYS_IN_ONE = 32_768;

  private final FileBytes file;
  // A share of the heap, so that a small device refuses a hostile file instead of running out.
  private final long limit = Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / 4);
  private long spent;
  private int otherKeys;

  PickleBudget(FileBytes file) {
    this.file = file;
  }

  /** Pays for an allocation of about this many bytes. */
  void spend(long bytes) throws CheckpointException {
    spent += bytes;
    if (bytes < 0 || spent > limit) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "the objects of the pickle must fit %d bytes of memory, they need more".formatted(limit));
    }
  }

  void requireStack(int size) throws CheckpointException {
    if (size > MAX_STACK) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "the pickle must need at most %d stack entries, it needs more".formatted(MAX_STACK));
    }
  }

  /**
   * Counts a key that isn't a string. A hash table is only fast for hostile keys if all are of one
   * comparable class; that is so for strings, the number of others is limited instead.
   */
  void spendOtherKey(int sizeOfContainer) throws CheckpointException {
    if (++otherKeys > MAX_OTHER_KEYS || sizeOfContainer >= MAX_OTHER_KEYS_IN_ONE) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "the pickle must have at most %d keys that aren't strings (%d in one container), it has more"
              .formatted(MAX_OTHER_KEYS, MAX_OTHER_KEYS_IN_ONE));
    }
  }
}
