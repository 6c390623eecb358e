package io.yolo4j.data;

/** The parts of a data set. */
public enum Split {
  /** What is learnt from. */
  TRAIN("train"),
  /** What is measured while learning. */
  VAL("val"),
  /** What is measured at the end. */
  TEST("test");

  private final String key;

  Split(String key) {
    this.key = key;
  }

  /** Returns the key in a data set file. */
  public String key() {
    return key;
  }
}
