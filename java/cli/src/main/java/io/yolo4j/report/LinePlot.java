package io.yolo4j.report;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Draws a chart of lines as a picture: the same as {@link SvgLineChart} on the page. */
final class LinePlot {
  private static final double LETTERS = 26;

  private final LineChart chart;
  private final Canvas canvas;
  private final double unit;
  private final double left;
  private final double right;
  private final double top;
  private final double bottom;

  private LinePlot(LineChart chart, Canvas canvas, int width, int height) {
    this.chart = chart;
    this.canvas = canvas;
    unit = height / 400.0;
    canvas.font(12 * unit, false);
    left = 62 * unit;
    top = 38 * unit;
    right = width - 24 * unit - legendWidth();
    bottom = height - 50 * unit;
  }

  /** Returns the picture; texts grow with its height. */
  static BufferedImage of(LineChart chart, int width, int height) {
    try (Canvas canvas = new Canvas(width, height)) {
      LinePlot plot = new LinePlot(chart, canvas, width, height);
      plot.grid(height);
      chart.lines().forEach(plot::line);
      plot.mark();
      plot.legend();
      return canvas.picture();
    }
  }

  private List<Line> named() {
    List<Line> named = new ArrayList<>(SvgLineChart.named(chart));
    Collections.reverse(named);
    return named;
  }

  private static String cut(String name) {
    return name.length() <= LETTERS ? name : name.substring(0, (int) LETTERS - 1) + "…";
  }

  private double legendWidth() {
    return named().stream().mapToDouble(line -> canvas.width(cut(line.name()))).max().orElse(0)
        + 34 * unit;
  }

  private double px(double x) {
    return left + chart.x().share(x) * (right - left);
  }

  private double py(double y) {
    return bottom - chart.y().share(y) * (bottom - top);
  }

  private void grid(int height) {
    canvas.font(14 * unit, true).color(Canvas.TEXT);
    canvas.text(chart.title(), (left + right) / 2, 24 * unit, Canvas.Align.MIDDLE);
    canvas.font(12 * unit, false);
    for (double mark : chart.y().marks()) {
      canvas.color(Canvas.GRID).line(left, py(mark), right, py(mark), unit);
      canvas.color(Canvas.MUTED);
      canvas.text(Axis.text(mark), left - 8 * unit, py(mark) + 4 * unit, Canvas.Align.RIGHT);
    }
    for (double mark : chart.x().marks()) {
      canvas.color(Canvas.GRID).line(px(mark), bottom, px(mark), bottom + 5 * unit, unit);
      canvas.color(Canvas.MUTED);
      canvas.text(Axis.text(mark), px(mark), bottom + 18 * unit, Canvas.Align.MIDDLE);
    }
    canvas.text(chart.x().title(), (left + right) / 2, height - 12 * unit, Canvas.Align.MIDDLE);
    canvas.upwards(chart.y().title(), 16 * unit, (top + bottom) / 2, Canvas.Align.MIDDLE);
  }

  private void mark() {
    LineChart.Mark mark = chart.mark();
    if (mark != null) {
      canvas.color(Canvas.MUTED).line(px(mark.x()), top, px(mark.x()), bottom, unit);
      boolean leftHalf = chart.x().share(mark.x()) < 0.5;
      canvas.text(
          mark.text(),
          px(mark.x()) + (leftHalf ? 5 : -5) * unit,
          top + 12 * unit,
          leftHalf ? Canvas.Align.LEFT : Canvas.Align.RIGHT);
    }
  }

  private void line(Line line) {
    canvas.color(line.ink().awt());
    Path2D path = new Path2D.Double();
    int points = 0;
    for (int i = 0; i <= line.points(); i++) {
      double y = i < line.points() ? line.y(i) : Double.NaN;
      if (!Double.isNaN(y)) {
        if (points == 0) {
          path.moveTo(px(line.x(i)), py(y));
        } else {
          path.lineTo(px(line.x(i)), py(y));
        }
        points++;
      } else if (points > 0) {
        segment(line, path, points);
        path.reset();
        points = 0;
      }
    }
  }

  /** A single point would be no line. */
  private void segment(Line line, Path2D path, int points) {
    if (points == 1) {
      double radius = 3 * unit;
      canvas.fill(
          new Ellipse2D.Double(
              path.getCurrentPoint().getX() - radius,
              path.getCurrentPoint().getY() - radius,
              2 * radius,
              2 * radius));
    } else {
      canvas.draw(path, stroke(line.weight()) * unit);
    }
  }

  private static double stroke(Line.Weight weight) {
    return switch (weight) {
      case THIN -> 0.5;
      case NORMAL -> 1.5;
      case BOLD -> 3;
    };
  }

  private void legend() {
    canvas.font(12 * unit, false);
    double y = top + 8 * unit;
    for (Line line : named()) {
      canvas.color(line.ink().awt());
      canvas.line(right + 14 * unit, y, right + 30 * unit, y, 3 * unit);
      canvas.color(Canvas.TEXT);
      canvas.text(cut(line.name()), right + 36 * unit, y + 4 * unit, Canvas.Align.LEFT);
      y += 18 * unit;
    }
  }
}
