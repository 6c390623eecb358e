package io.yolo4j.report;

import io.yolo4j.image.Box;
import io.yolo4j.image.Drawing;
import java.util.Locale;

/**
 * A box on a shown picture.
 *
 * @param box in pixels of the shown picture
 * @param classId chooses the colour
 * @param text its class, with the confidence where it is a prediction
 */
record ShownBox(Box box, int classId, String text) {
  /** Returns its colour for the page. */
  String colour() {
    return String.format(Locale.ROOT, "#%06x", Drawing.colour(classId));
  }

  /** Returns whether dark text is legible on its colour, by the weights of ITU-R BT.601. */
  boolean light() {
    int colour = Drawing.colour(classId);
    return 0.299 * (colour >> 16) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff) > 140;
  }
}
