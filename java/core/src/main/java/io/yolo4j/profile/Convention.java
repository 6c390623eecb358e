package io.yolo4j.profile;

import java.util.Arrays;
import java.util.Locale;

/** A rule by which a network's work is counted; none agrees with another. */
public enum Convention {
  /** 2 FLOPs a multiply-add, every operation counts; bytes that cross a step's border. */
  OURS("ours"),
  /** {@link TorchinfoTable}: multiply-adds, and the bytes of its "estimated total size". */
  TORCHINFO("torchinfo"),
  /** {@link io.yolo4j.graph.ThopCounter#V0_0_31}: multiply-adds. */
  THOP_0_0_31("thop-0.0.31"),
  /** {@link io.yolo4j.graph.ThopCounter#V0_1_1}: multiply-adds. */
  THOP_0_1_1("thop-0.1.1"),
  /**
   * What YOLOv5 prints: twice what thop 0.0.31 counts on a picture as small as the largest stride,
   * scaled with the area. Only of a whole network: what counts the same at every size, such as the
   * single pixel of a squeeze and excite, is scaled too.
   */
  YOLOV5("yolov5");

  private final String text;

  Convention(String text) {
    this.text = text;
  }

  /**
   * Returns the convention of a name.
   *
   * @throws IllegalArgumentException if there is none, naming all
   */
  public static Convention of(String name) {
    return Arrays.stream(values())
        .filter(convention -> convention.text.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a convention must be one of %s, got '%s'"
                        .formatted(
                            String.join(", ", Arrays.stream(values()).map(c -> c.text).toList()),
                            name)));
  }

  /** Returns the unit of its counts of arithmetic. */
  public String unit() {
    return switch (this) {
      case OURS -> "FLOPs";
      case YOLOV5 -> "GFLOPs";
      default -> "multiply-adds";
    };
  }

  /** Returns what its bytes are; empty where it counts none. */
  public String bytesText() {
    return switch (this) {
      case OURS -> "moved";
      case TORCHINFO -> "estimated total size";
      default -> "";
    };
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return text;
  }
}
