package io.yolo4j.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws shades and bars as pictures: the same as {@link SvgHeatMap} and the bars on the page. */
final class ShadePlot {
  private ShadePlot() {}

  /** Returns a square picture with a name for each row and column. */
  static BufferedImage named(HeatMap map) {
    int size = map.size();
    double font = size <= SvgHeatMap.WIDE ? 15 : 10;
    double cell = size <= 8 ? 80 : size <= SvgHeatMap.WIDE ? 52 : 22;
    double margin = 50 + font * 0.62 * SvgHeatMap.letters(map);
    int side = (int) Math.ceil(margin + size * cell + 60);
    try (Canvas canvas = new Canvas(side, side)) {
      double top = margin + 30;
      canvas.font(18, true).color(Canvas.TEXT);
      canvas.text(map.title(), side / 2.0, 30, Canvas.Align.MIDDLE);
      canvas.font(font, false).color(Canvas.MUTED);
      double middle = size * cell / 2;
      canvas.text(map.axes().x(), margin + middle, 54, Canvas.Align.MIDDLE);
      canvas.upwards(map.axes().y(), 24, top + middle, Canvas.Align.MIDDLE);
      for (int i = 0; i < size; i++) {
        double at = (i + 0.5) * cell + font * 0.35;
        canvas.text(
            SvgHeatMap.cut(map.axes().rows().get(i)), margin - 6, top + at, Canvas.Align.RIGHT);
        canvas.upwards(
            SvgHeatMap.cut(map.axes().columns().get(i)), margin + at, top - 6, Canvas.Align.LEFT);
      }
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          cell(canvas, map, row, column, margin + column * cell, top + row * cell, cell);
        }
      }
      frame(canvas, margin, top, size * cell);
      return canvas.picture();
    }
  }

  private static void cell(
      Canvas canvas, HeatMap map, int row, int column, double x, double y, double side) {
    double shade = map.shade(row, column);
    if (shade == 0) {
      return;
    }
    canvas.color(mixed(Math.max(shade, 0.03))).fill(x, y, side, side);
    if (map.size() <= SvgHeatMap.WIDE) {
      canvas.color(shade > SvgHeatMap.DARK ? Color.WHITE : Canvas.TEXT);
      canvas.text(map.text(row, column), x + side / 2, y + side / 2 + 5, Canvas.Align.MIDDLE);
    }
  }

  private static Color mixed(double shade) {
    Color full = Canvas.SHADE;
    return new Color(
        (int) (255 - shade * (255 - full.getRed())),
        (int) (255 - shade * (255 - full.getGreen())),
        (int) (255 - shade * (255 - full.getBlue())));
  }

  private static void frame(Canvas canvas, double x, double y, double side) {
    canvas.color(Canvas.GRID);
    canvas.line(x, y, x + side, y, 1.5);
    canvas.line(x, y, x, y + side, 1.5);
    canvas.line(x + side, y, x + side, y + side, 1.5);
    canvas.line(x, y + side, x + side, y + side, 1.5);
  }

  /** Returns a square picture of ranges from 0 to 1. */
  static BufferedImage density(HeatMap map, boolean upwards, int side) {
    try (Canvas canvas = new Canvas(side, side)) {
      double left = 60;
      double top = 46;
      double length = side - 90;
      double cell = length / map.size();
      canvas.font(16, true).color(Canvas.TEXT);
      canvas.text(map.title(), left + length / 2, 28, Canvas.Align.MIDDLE);
      for (int row = 0; row < map.size(); row++) {
        for (int column = 0; column < map.size(); column++) {
          if (map.shade(row, column) > 0) {
            canvas.color(mixed(map.shade(row, column)));
            canvas.fill(left + column * cell, top + row * cell, cell, cell);
          }
        }
      }
      frame(canvas, left, top, length);
      canvas.font(14, false).color(Canvas.MUTED);
      for (double mark : new double[] {0, 0.5, 1}) {
        canvas.text(Axis.text(mark), left + mark * length, top + length + 18, Canvas.Align.MIDDLE);
        canvas.text(
            Axis.text(upwards ? 1 - mark : mark),
            left - 7,
            top + mark * length + 5,
            Canvas.Align.RIGHT);
      }
      canvas.text(map.axes().x(), left + length / 2, side - 8, Canvas.Align.MIDDLE);
      canvas.upwards(map.axes().y(), 18, top + length / 2, Canvas.Align.MIDDLE);
      return canvas.picture();
    }
  }

  /** Returns a square picture of bars. */
  static BufferedImage bars(String title, List<Bar> bars, int side) {
    try (Canvas canvas = new Canvas(side, side)) {
      canvas.font(16, true).color(Canvas.TEXT);
      canvas.text(title, side / 2.0, 28, Canvas.Align.MIDDLE);
      double row = Math.min(28, (side - 60.0) / Math.max(1, bars.size()));
      double left = 150;
      double length = side - left - 80;
      double most = 1;
      for (Bar bar : bars) {
        most = Math.max(most, bar.count());
      }
      canvas.font(Math.min(13, row * 0.8), false);
      for (int i = 0; i < bars.size(); i++) {
        Bar bar = bars.get(i);
        double y = 46 + i * row;
        double width = length * bar.count() / most;
        canvas.color(bar.ink().awt()).fill(left, y + row * 0.15, width, row * 0.7);
        canvas.color(Canvas.TEXT);
        canvas.text(SvgHeatMap.cut(bar.name()), left - 8, y + row * 0.72, Canvas.Align.RIGHT);
        canvas.color(Canvas.MUTED);
        canvas.text(
            Integer.toString(bar.count()), left + width + 6, y + row * 0.72, Canvas.Align.LEFT);
      }
      return canvas.picture();
    }
  }

  /** Puts pictures of one size into rows. */
  static BufferedImage grid(List<BufferedImage> pictures, int columns) {
    int width = pictures.get(0).getWidth();
    int height = pictures.get(0).getHeight();
    int rows = (pictures.size() + columns - 1) / columns;
    try (Canvas canvas = new Canvas(columns * width, rows * height)) {
      for (int i = 0; i < pictures.size(); i++) {
        canvas.image(pictures.get(i), i % columns * width, i / columns * height);
      }
      return canvas.picture();
    }
  }
}
