package io.yolo4j.synth;

/** Hears how far the writing of a data set is. */
@FunctionalInterface
public interface SynthListener {
  /**
   * Called after every picture, by several threads, but by one at a time.
   *
   * @param done pictures written so far
   * @param total pictures in all
   */
  void pictureWritten(int done, int total);

  /** Returns a listener that does nothing. */
  static SynthListener none() {
    return (done, total) -> {};
  }
}
