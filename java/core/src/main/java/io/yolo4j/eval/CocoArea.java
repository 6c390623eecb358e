package io.yolo4j.eval;

/** The sizes of objects that the COCO protocol tells apart, by area in square pixels. */
public enum CocoArea {
  /** Every object. */
  ALL(0, 1e10),
  /** Up to 32². */
  SMALL(0, 32 * 32),
  /** From 32² to 96². */
  MEDIUM(32 * 32, 96 * 96),
  /** From 96² on. */
  LARGE(96 * 96, 1e10);

  private final double least;
  private final double most;

  CocoArea(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** Returns whether an area belongs here; the bounds do. */
  public boolean holds(double area) {
    return area >= least && area <= most;
  }
}
