package io.yolo4j.runtime;

/**
 * Some of the outputs that a head's last convolution has for each anchor.
 *
 * @param anchors of a cell
 * @param outputs of an anchor: classes + 5
 * @param first of the outputs that are meant
 * @param count of them
 */
record HeadPart(int anchors, int outputs, int first, int count) {
  /** Returns the outputs before the classes. */
  static HeadPart boxes(int anchors, int outputs) {
    return new HeadPart(anchors, outputs, 0, RawHead.BEFORE_CLASSES);
  }

  /** Returns the classes. */
  static HeadPart classes(int anchors, int outputs) {
    return new HeadPart(anchors, outputs, RawHead.BEFORE_CLASSES, outputs - RawHead.BEFORE_CLASSES);
  }

  int channels() {
    return anchors * count;
  }

  /** Returns the rows of these outputs, of [anchors · outputs] rows. */
  float[] rows(float[] all) {
    int row = all.length / (anchors * outputs);
    float[] part = new float[channels() * row];
    for (int anchor = 0; anchor < anchors; anchor++) {
      System.arraycopy(
          all, (anchor * outputs + first) * row, part, anchor * count * row, count * row);
    }
    return part;
  }
}
