package io.yolo4j.detect;

/**
 * What a {@link DetectionStream} does with frames that come faster than they are worked on.
 *
 * @param capacity how many frames may wait, 1 or more
 * @param overflow what happens when so many wait and one more comes
 */
public record StreamOptions(int capacity, Overflow overflow) {
  /** What happens to a frame too many. */
  public enum Overflow {
    /** The source isn't read until there is room: every frame is worked on; for files. */
    WAIT,
    /**
     * The frame that has waited longest is dropped, counted and told to the listener: results stay
     * close to now; for cameras.
     */
    DROP_OLDEST
  }

  /** Checks the number. */
  public StreamOptions {
    if (capacity < 1) {
      throw new IllegalArgumentException("at least 1 frame must be able to wait, got " + capacity);
    }
  }

  /** Returns options for sources that can wait: four frames, none is lost. */
  public static StreamOptions waiting() {
    return new StreamOptions(4, Overflow.WAIT);
  }

  /** Returns options for sources that can't: two frames wait, older ones are dropped. */
  public static StreamOptions dropping() {
    return new StreamOptions(2, Overflow.DROP_OLDEST);
  }

  /** Returns options by which so many frames may wait. */
  public StreamOptions withCapacity(int frames) {
    return new StreamOptions(frames, overflow);
  }
}
