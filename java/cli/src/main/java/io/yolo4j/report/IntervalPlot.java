package io.yolo4j.report;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;

/** Draws a chart of intervals as a picture: the same as {@link SvgIntervals} on the page. */
final class IntervalPlot {
  private static final int WIDTH = 1200;
  private static final int ROW = 64;
  private static final int TOP = 60;
  private static final int BOTTOM = 90;
  private static final int MARGIN = 40;

  private IntervalPlot() {}

  static BufferedImage of(IntervalChart chart) {
    int bottom = TOP + ROW * chart.rows().size();
    try (Canvas canvas = new Canvas(WIDTH, bottom + BOTTOM)) {
      canvas.font(24, true).color(Canvas.TEXT);
      canvas.text(chart.title(), WIDTH / 2.0, 34, Canvas.Align.MIDDLE);
      canvas.font(22, false);
      double left =
          MARGIN
              + chart.rows().stream().mapToDouble(row -> canvas.width(row.name())).max().orElse(0)
              + 20;
      Scale scale = new Scale(chart.axis(), left, WIDTH - MARGIN);
      for (double mark : chart.axis().marks()) {
        canvas.color(Canvas.GRID).line(scale.px(mark), TOP, scale.px(mark), bottom, 2);
        canvas.color(Canvas.MUTED);
        canvas.text(Axis.text(mark), scale.px(mark), bottom + 30, Canvas.Align.MIDDLE);
      }
      canvas.text(
          chart.axis().title(), (left + WIDTH - MARGIN) / 2, bottom + 68, Canvas.Align.MIDDLE);
      for (int i = 0; i < chart.rows().size(); i++) {
        row(canvas, scale, chart.rows().get(i), TOP + ROW * (i + 0.5));
      }
      return canvas.picture();
    }
  }

  /** Where values lie between two pixels. */
  private record Scale(Axis axis, double left, double right) {
    double px(double value) {
      return left + axis.share(value) * (right - left);
    }
  }

  private static void row(Canvas canvas, Scale scale, IntervalChart.Row row, double y) {
    Color ink = Ink.series(0).awt();
    canvas.color(Canvas.TEXT);
    canvas.text(row.name(), scale.left() - 20, y + 8, Canvas.Align.RIGHT);
    canvas.color(ink);
    if (!Double.isNaN(row.low())) {
      canvas.line(scale.px(row.low()), y, scale.px(row.high()), y, 4);
      canvas.line(scale.px(row.low()), y - 11, scale.px(row.low()), y + 11, 4);
      canvas.line(scale.px(row.high()), y - 11, scale.px(row.high()), y + 11, 4);
    }
    dot(canvas, scale.px(row.mean()), y, 10);
    canvas.color(Ink.series(1).awt());
    row.values().forEach(value -> dot(canvas, scale.px(value), y, 5));
  }

  private static void dot(Canvas canvas, double x, double y, double radius) {
    canvas.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }
}
