package io.yolo4j.draw;

/**
 * Widths of texts, estimated: a drawing is made without the fonts that it will be seen in, so the
 * estimate is that of a wide sans-serif one.
 */
public final class TextSize {
  /** Height of a box's title in pixels. */
  public static final double TITLE = 13;

  /** Height of what stands below it. */
  public static final double DETAIL = 11;

  /** Height of a line's label. */
  public static final double LABEL = 10;

  private static final double BOLDER = 1.08;
  private static final String NARROW = "ijlftr.,:;|()[]' /-·";
  private static final String WIDE = "mwMW%@→";

  private TextSize() {}

  /** Returns a text's width. */
  public static double width(String text, double height) {
    double width =
        text.chars().mapToDouble(c -> NARROW.indexOf(c) >= 0 ? 0.37 : advance(c)).sum() * height;
    return height == TITLE ? width * BOLDER : width;
  }

  private static double advance(int c) {
    if (WIDE.indexOf(c) >= 0) {
      return 0.98;
    }
    return Character.isUpperCase(c) ? 0.73 : 0.635;
  }
}
