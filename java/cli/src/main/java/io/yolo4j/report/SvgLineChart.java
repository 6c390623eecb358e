package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Draws a chart of lines as SVG inside the page; the page's script adds a tooltip. */
final class SvgLineChart {
  /** Lines that get a place in the legend; of more, the bold ones only. */
  static final int MOST_IN_LEGEND = 12;

  private static final double TOLERANCE = 0.15;
  private static final double LEFT = 48;
  private static final double TOP = 10;
  private static final double BOTTOM = 38;
  private static final double RIGHT = 12;

  private final Markup page;
  private final Svg svg;
  private final LineChart chart;
  private final double width;
  private final double height;

  private SvgLineChart(Markup page, LineChart chart, double width, double height) {
    this.page = page;
    svg = new Svg(page);
    this.chart = chart;
    this.width = width;
    this.height = height;
  }

  /** Writes a figure with the chart and its legend. */
  static void write(Markup page, LineChart chart, double width, double height) {
    new SvgLineChart(page, chart, width, height).figure();
  }

  private void figure() {
    page.open("figure", "class", "chart", "id", chart.id());
    page.element("figcaption", chart.title());
    svg.open(
        width,
        height,
        "lines",
        chart.summary(),
        "data-plot",
        numbers(LEFT, TOP, right(), bottom()),
        "data-range",
        "%s %s %s %s"
            .formatted(chart.x().low(), chart.x().high(), chart.y().low(), chart.y().high()),
        "data-x",
        chart.x().title());
    grid();
    page.open("g", "class", "series");
    chart.lines().forEach(this::line);
    page.close();
    mark();
    if (chart.lines().isEmpty()) {
      svg.text("no values yet", (LEFT + right()) / 2, (TOP + bottom()) / 2, "middle");
    }
    page.close();
    legend();
    page.close();
  }

  private static String numbers(double... values) {
    return DoubleStream.of(values).mapToObj(Polyline::number).collect(Collectors.joining(" "));
  }

  private double right() {
    return width - RIGHT;
  }

  private double bottom() {
    return height - BOTTOM;
  }

  private double px(double x) {
    return LEFT + chart.x().share(x) * (right() - LEFT);
  }

  private double py(double y) {
    return bottom() - chart.y().share(y) * (bottom() - TOP);
  }

  private void grid() {
    page.open("g", "class", "grid");
    for (double mark : chart.y().marks()) {
      svg.line(LEFT, py(mark), right(), py(mark), "rule");
      svg.text(Axis.text(mark), LEFT - 6, py(mark) + 4, "end");
    }
    for (double mark : chart.x().marks()) {
      svg.line(px(mark), bottom(), px(mark), bottom() + 4, "rule");
      svg.text(Axis.text(mark), px(mark), bottom() + 17, "middle");
    }
    svg.text(chart.x().title(), (LEFT + right()) / 2, height - 5, "middle axis");
    page.close();
  }

  private void mark() {
    LineChart.Mark mark = chart.mark();
    if (mark != null) {
      double x = px(mark.x());
      svg.line(x, TOP, x, bottom(), "mark");
      boolean leftHalf = chart.x().share(mark.x()) < 0.5;
      svg.text(mark.text(), x + (leftHalf ? 4 : -4), TOP + 9, leftHalf ? "mark" : "mark end");
    }
  }

  private void line(Line line) {
    page.open(
        "g",
        "class",
        line.weight().name().toLowerCase(Locale.ROOT),
        "style",
        "--ink:" + line.ink().css(),
        "data-name",
        line.name());
    Polyline points = new Polyline();
    for (int i = 0; i < line.points(); i++) {
      double y = line.y(i);
      if (Double.isNaN(y)) {
        segment(points);
      } else {
        points.add(px(line.x(i)), py(y));
      }
    }
    segment(points);
    page.close();
  }

  /** Writes what lies between two gaps; a single point would be no line. */
  private void segment(Polyline points) {
    if (points.size() == 1) {
      page.leaf("circle", "cx", number(points.x(0)), "cy", number(points.y(0)), "r", "2.5");
    } else if (points.size() > 1) {
      page.leaf("polyline", "points", points.simplified(TOLERANCE));
    }
    points.clear();
  }

  /** Returns the lines that have a place in the legend. */
  static List<Line> named(LineChart chart) {
    return chart.lines().size() <= MOST_IN_LEGEND
        ? chart.lines()
        : chart.lines().stream().filter(l -> l.weight() == Line.Weight.BOLD).toList();
  }

  private void legend() {
    List<Line> named = named(chart);
    page.open("ul", "class", "legend");
    for (int i = named.size() - 1; i >= 0; i--) {
      page.open("li", "style", "--ink:" + named.get(i).ink().css());
      page.leaf("span", "class", "swatch").text(named.get(i).name()).close();
    }
    int others = chart.lines().size() - named.size();
    if (others > 0) {
      page.open("li", "class", "muted").text("thin: one line a class, " + others).close();
    }
    page.close();
  }
}
