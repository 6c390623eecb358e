package io.yolo4j.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * A copy of a picture on which boxes are drawn; line width and text grow with the picture.
 *
 * <p>Threads: one at a time.
 */
public final class Drawing {
  /* The golden angle keeps the hues of neighbouring classes apart, however many there are. */
  private static final double GOLDEN_TURN = 0.381966011250105;

  private final BufferedImage canvas;
  private final int lineWidth;
  private final Font font;

  /** Copies the picture. */
  public Drawing(Image picture) {
    canvas = picture.toBufferedImage();
    double meanSide = (picture.width() + picture.height()) / 2.0;
    lineWidth = Math.max((int) Math.rint(meanSide * 0.003), 2);
    font = new Font(Font.SANS_SERIF, Font.BOLD, Math.max((int) Math.rint(meanSide * 0.018), 10));
  }

  /** Returns the colour of a class as 0xRRGGBB, different for every class. */
  public static int colour(int classId) {
    int lap = classId / 60;
    float hue = (float) (classId * GOLDEN_TURN % 1);
    float brightness = 0.95f - 0.15f * (lap % 4);
    return Color.HSBtoRGB(hue, 0.85f - 0.1f * (classId % 3), brightness) & 0xffffff;
  }

  /**
   * Draws a box and its label, which stays inside the picture.
   *
   * @param box in pixels of the picture
   * @param label for example {@code person 0.87}; nothing is written where it is empty
   * @param classId chooses the colour
   * @return this drawing
   */
  public Drawing box(Box box, String label, int classId) {
    Graphics2D graphics = canvas.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      Color colour = new Color(colour(classId));
      graphics.setColor(colour);
      graphics.setStroke(new BasicStroke(lineWidth));
      int x = Math.round(box.x1());
      int y = Math.round(box.y1());
      graphics.drawRect(x, y, Math.round(box.x2()) - x, Math.round(box.y2()) - y);
      if (!label.isEmpty()) {
        label(graphics, colour, label, box);
      }
    } finally {
      graphics.dispose();
    }
    return this;
  }

  private void label(Graphics2D graphics, Color colour, String label, Box box) {
    graphics.setFont(font);
    FontMetrics metrics = graphics.getFontMetrics();
    int width = metrics.stringWidth(label) + 2 * lineWidth;
    int height = metrics.getHeight();
    ImageSize size = new ImageSize(canvas.getWidth(), canvas.getHeight());
    int x = labelStart(Math.round(box.x1()) - lineWidth / 2, width, size.width());
    int above = Math.round(box.y1()) - height;
    // Without room above the box the label goes inside it.
    int y = labelStart(above >= 0 ? above : Math.round(box.y1()), height, size.height());
    graphics.fillRect(x, y, width, height);
    graphics.setColor(isLight(colour) ? Color.BLACK : Color.WHITE);
    graphics.drawString(label, x + lineWidth, y + metrics.getAscent());
  }

  /* Moves the label into the picture; one that is too long starts at the edge. */
  static int labelStart(int wanted, int length, int side) {
    return Math.max(Math.min(wanted, side - length), 0);
  }

  private static boolean isLight(Color colour) {
    return 0.299 * colour.getRed() + 0.587 * colour.getGreen() + 0.114 * colour.getBlue() > 140;
  }

  /** Returns the width of the lines in pixels. */
  public int lineWidth() {
    return lineWidth;
  }

  /** Returns a copy of the picture with what was drawn so far. */
  public Image image() {
    return Image.of(canvas);
  }
}
