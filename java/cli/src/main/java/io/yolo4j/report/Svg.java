package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

/** Shapes of SVG on the page; they are named by the classes of its style sheet. */
final class Svg {
  private final Markup page;

  Svg(Markup page) {
    this.page = page;
  }

  /**
   * Starts a drawing of that size.
   *
   * @param style its class
   * @param label what it shows, for who does not see it
   * @param attributes more names and values in turn
   */
  void open(double width, double height, String style, String label, Object... attributes) {
    Object[] all = new Object[8 + attributes.length];
    all[0] = "viewBox";
    all[1] = "0 0 %s %s".formatted(number(width), number(height));
    all[2] = "class";
    all[3] = style;
    all[4] = "role";
    all[5] = "img";
    all[6] = "aria-label";
    all[7] = label;
    System.arraycopy(attributes, 0, all, 8, attributes.length);
    page.open("svg", all);
  }

  /** Draws a line between two points. */
  void line(double x1, double y1, double x2, double y2, String style) {
    page.leaf(
        "path",
        "d",
        "M%s %sL%s %s".formatted(number(x1), number(y1), number(x2), number(y2)),
        "class",
        style);
  }

  /**
   * Draws a rectangle.
   *
   * @param attributes more names and values in turn
   */
  void rect(double x, double y, double width, double height, Object... attributes) {
    Object[] all = new Object[8 + attributes.length];
    all[0] = "x";
    all[1] = number(x);
    all[2] = "y";
    all[3] = number(y);
    all[4] = "width";
    all[5] = number(width);
    all[6] = "height";
    all[7] = number(height);
    System.arraycopy(attributes, 0, all, 8, attributes.length);
    page.leaf("rect", all);
  }

  /** Writes a text whose base line is at y. */
  void text(String text, double x, double y, String style) {
    page.element("text", text, "x", number(x), "y", number(y), "class", style);
  }

  /** Writes a text upwards. */
  void upwards(String text, double x, double y, String style) {
    String place = "translate(%s %s) rotate(-90)".formatted(number(x), number(y));
    page.element("text", text, "transform", place, "class", style);
  }
}
