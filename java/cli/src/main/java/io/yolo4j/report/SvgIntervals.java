package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import java.util.stream.Collectors;

/** Draws a chart of intervals as SVG inside the page. */
final class SvgIntervals {
  private static final double WIDTH = 880;
  private static final double LEFT = 150;
  private static final double RIGHT = 20;
  private static final double TOP = 8;
  private static final double ROW = 30;
  private static final double BOTTOM = 40;

  /** Letters of a name that fit. */
  private static final int LETTERS = 22;

  private final Markup page;
  private final Svg svg;
  private final IntervalChart chart;
  private final double bottom;

  private SvgIntervals(Markup page, IntervalChart chart) {
    this.page = page;
    svg = new Svg(page);
    this.chart = chart;
    bottom = TOP + ROW * chart.rows().size();
  }

  /** Writes a figure with the chart. */
  static void write(Markup page, IntervalChart chart) {
    new SvgIntervals(page, chart).figure();
  }

  private double px(double value) {
    return LEFT + chart.axis().share(value) * (WIDTH - RIGHT - LEFT);
  }

  private void figure() {
    page.open("figure", "class", "chart", "id", chart.id());
    page.element("figcaption", chart.title());
    String label =
        chart.title()
            + ". "
            + chart.rows().stream().map(IntervalChart.Row::text).collect(Collectors.joining("; "));
    svg.open(WIDTH, bottom + BOTTOM, "intervals", label);
    for (double mark : chart.axis().marks()) {
      svg.line(px(mark), TOP, px(mark), bottom, "rule");
      svg.text(Axis.text(mark), px(mark), bottom + 17, "middle");
    }
    svg.text(chart.axis().title(), (LEFT + WIDTH - RIGHT) / 2, bottom + BOTTOM - 5, "middle axis");
    for (int i = 0; i < chart.rows().size(); i++) {
      row(chart.rows().get(i), TOP + ROW * (i + 0.5));
    }
    page.close().close();
  }

  private void row(IntervalChart.Row row, double y) {
    page.open("g", "data-tip", row.text());
    // Makes the whole row answer to the pointer.
    svg.rect(0, y - ROW / 2, WIDTH, ROW, "class", "plate");
    svg.text(cut(row.name()), LEFT - 10, y + 4, "end");
    if (!Double.isNaN(row.low())) {
      svg.line(px(row.low()), y, px(row.high()), y, "interval");
      svg.line(px(row.low()), y - 6, px(row.low()), y + 6, "interval");
      svg.line(px(row.high()), y - 6, px(row.high()), y + 6, "interval");
    }
    for (double value : row.values()) {
      circle(value, y, "2.5", "seed");
    }
    circle(row.mean(), y, "5", "mean");
    page.close();
  }

  private static String cut(String name) {
    return name.length() <= LETTERS ? name : name.substring(0, LETTERS - 1) + "…";
  }

  private void circle(double value, double y, String radius, String style) {
    page.leaf("circle", "cx", number(px(value)), "cy", number(y), "r", radius, "class", style);
  }
}
