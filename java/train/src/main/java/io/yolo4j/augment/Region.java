package io.yolo4j.augment;

/** A rectangle of whole pixels; right and bottom are the first column and row outside. */
record Region(int left, int top, int right, int bottom) {
  static Region of(int width, int height) {
    return new Region(0, 0, width, height);
  }

  int width() {
    return right - left;
  }

  int height() {
    return bottom - top;
  }

  boolean isEmpty() {
    return right <= left || bottom <= top;
  }

  /** Returns the common part; empty where there is none. */
  Region intersect(Region other) {
    return new Region(
        Math.max(left, other.left),
        Math.max(top, other.top),
        Math.min(right, other.right),
        Math.min(bottom, other.bottom));
  }

  Region moved(int x, int y) {
    return new Region(left + x, top + y, right + x, bottom + y);
  }
}
