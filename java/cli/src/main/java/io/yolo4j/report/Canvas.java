package io.yolo4j.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** A white picture to draw charts on, without a display. */
final class Canvas implements AutoCloseable {
  static final Color TEXT = new Color(0x1b2430);
  static final Color MUTED = new Color(0x5b6675);
  static final Color GRID = new Color(0xe3e6ea);
  static final Color SHADE = new Color(0x1f6feb);

  /** Where a text lies relative to its place. */
  enum Align {
    LEFT,
    MIDDLE,
    RIGHT
  }

  private final BufferedImage picture;
  private final Graphics2D graphics;

  Canvas(int width, int height) {
    picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
  }

  /** Chooses the size of the next texts. */
  Canvas font(double size, boolean bold) {
    graphics.setFont(
        new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) size));
    return this;
  }

  Canvas color(Color color) {
    graphics.setColor(color);
    return this;
  }

  /** Returns the width of a text in pixels. */
  double width(String text) {
    return graphics.getFontMetrics().stringWidth(text);
  }

  /** Draws a text whose base line is at y. */
  void text(String text, double x, double y, Align align) {
    double shift =
        switch (align) {
          case LEFT -> 0;
          case MIDDLE -> width(text) / 2;
          case RIGHT -> width(text);
        };
    graphics.drawString(text, (float) (x - shift), (float) y);
  }

  /** Draws a text upwards. */
  void upwards(String text, double x, double y, Align align) {
    graphics.rotate(-Math.PI / 2, x, y);
    text(text, x, y, align);
    graphics.rotate(Math.PI / 2, x, y);
  }

  void line(double x1, double y1, double x2, double y2, double width) {
    draw(new Line2D.Double(x1, y1, x2, y2), width);
  }

  void draw(Shape shape, double width) {
    graphics.setStroke(
        new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(shape);
  }

  void fill(double x, double y, double width, double height) {
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  void fill(Shape shape) {
    graphics.fill(shape);
  }

  /** Draws another picture. */
  void image(BufferedImage other, int x, int y) {
    graphics.drawImage(other, x, y, null);
  }

  BufferedImage picture() {
    return picture;
  }

  @Override
  public void close() {
    graphics.dispose();
  }
}
