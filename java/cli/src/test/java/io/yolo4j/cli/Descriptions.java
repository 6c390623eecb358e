package io.yolo4j.cli;

/** Small model descriptions. */
final class Descriptions {
  /** Two convolutions and a head of one level. */
  static final String TINY =
      """
      nc: 2
      depth_multiple: 1.0
      width_multiple: 1.0
      anchors:
        - [10, 13, 16, 30]
      backbone:
        - [-1, 1, Conv, [8, 3, 4]]
        - [-1, 1, Conv, [16, 3, 2]]
      head:
        - [[1], 1, Detect, [nc, anchors]]
      """;

  private Descriptions() {}

  /** Returns the tiny model with another row in place of its second convolution. */
  static String withRow(String row) {
    return TINY.replace("[-1, 1, Conv, [16, 3, 2]]", row);
  }
}
