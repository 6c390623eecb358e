package io.yolo4j.report;

import io.yolo4j.profile.Category;

/** Categories that share a colour, for there are only so many that can be told apart. */
enum ProfileGroup {
  /** Dense convolutions. */
  DENSE("dense convolution", 0),
  /** Convolutions of 1×1. */
  POINTWISE("1x1 convolution", 1),
  /** Depthwise convolutions. */
  DEPTHWISE("depthwise convolution", 2),
  /** Squeeze and excite. */
  SQUEEZE_EXCITE("squeeze and excite", 3),
  /** What computes each value by itself. */
  ELEMENTWISE("batch norm, activation, add", 4),
  /** What mainly moves data. */
  OTHER("pool, concat, layout and other", 5);

  private final String title;
  private final int series;

  ProfileGroup(String title, int series) {
    this.title = title;
    this.series = series;
  }

  /** Returns the group of a category. */
  static ProfileGroup of(Category category) {
    return switch (category) {
      case DENSE_CONVOLUTION -> DENSE;
      case POINTWISE_CONVOLUTION -> POINTWISE;
      case DEPTHWISE_CONVOLUTION -> DEPTHWISE;
      case SQUEEZE_EXCITE -> SQUEEZE_EXCITE;
      case BATCH_NORM, ACTIVATION, ADD -> ELEMENTWISE;
      case MAX_POOL, UPSAMPLE, CONCAT, INPUT, HEAD, OTHER -> OTHER;
    };
  }

  /** Returns the name for people. */
  String title() {
    return title;
  }

  /** Returns the colour. */
  Ink ink() {
    return Ink.series(series);
  }
}
