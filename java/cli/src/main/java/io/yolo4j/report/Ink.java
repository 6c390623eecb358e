package io.yolo4j.report;

import io.yolo4j.image.Drawing;
import java.awt.Color;
import java.util.Locale;

/**
 * The colour of a line: one of a few for series, or that of a class, which has the hue of the
 * class's boxes.
 *
 * @param series 0 to {@link #SERIES} − 1; −1 for a class
 * @param classId the class; −1 for a series
 */
record Ink(int series, int classId) {
  /** Number of colours for series; the page's style sheet defines them for light and dark. */
  static final int SERIES = 6;

  /** As the page's light ones. */
  private static final int[] ON_WHITE = {
    0x1f6feb, 0xc2410c, 0x15803d, 0x9333ea, 0x0e7490, 0x6b7280
  };

  private static final float CLASS_SATURATION = 0.8f;
  private static final float CLASS_BRIGHTNESS = 0.75f;

  /** Returns a colour for series. */
  static Ink series(int index) {
    return new Ink(Math.floorMod(index, SERIES), -1);
  }

  /** Returns the colour of a class. */
  static Ink ofClass(int classId) {
    return new Ink(-1, classId);
  }

  /** Returns the colour for the page; it follows light and dark. */
  String css() {
    return series >= 0
        ? "var(--s" + series + ")"
        : String.format(Locale.ROOT, "hsl(%.0f 70%% var(--class-light))", 360 * hue());
  }

  /** Returns the colour on white. */
  Color awt() {
    return series >= 0
        ? new Color(ON_WHITE[series])
        : Color.getHSBColor(hue(), CLASS_SATURATION, CLASS_BRIGHTNESS);
  }

  private float hue() {
    Color boxes = new Color(Drawing.colour(classId));
    return Color.RGBtoHSB(boxes.getRed(), boxes.getGreen(), boxes.getBlue(), null)[0];
  }
}
