package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Draws shades as SVG inside the page. */
final class SvgHeatMap {
  /** More rows than this make a chart as wide as the page. */
  static final int WIDE = 16;

  /** Texts on shades over this are light. */
  static final double DARK = 0.62;

  private static final double DENSITY_SIDE = 300;
  private static final int SHADES = 12;
  private static final int MOST_LETTERS = 15;

  private final Markup page;
  private final Svg svg;
  private final HeatMap map;

  private SvgHeatMap(Markup page, HeatMap map) {
    this.page = page;
    svg = new Svg(page);
    this.map = map;
  }

  /** Writes a figure with a cell for each pair of names, its number in it. */
  static void named(Markup page, HeatMap map) {
    new SvgHeatMap(page, map).named();
  }

  /** Writes a figure where rows and columns are ranges of numbers from 0 to 1; row 0 is on top. */
  static void density(Markup page, HeatMap map, boolean upwards) {
    new SvgHeatMap(page, map).density(upwards);
  }

  private void open(boolean wide) {
    page.open("figure", "class", wide ? "chart wide" : "chart", "id", map.id());
    page.element("figcaption", map.title());
    page.open("div", "class", "scroll");
  }

  private void close() {
    page.close().close().close();
  }

  private void named() {
    int size = map.size();
    boolean wide = size > WIDE;
    double font = wide ? 8 : 11;
    double cell = size <= 8 ? 44 : wide ? 14 : 28;
    double margin = 26 + font * 0.62 * letters(map);
    double side = margin + size * cell + 8;
    open(wide);
    String style =
        "--font:%spx;min-width:%spx".formatted(number(font), number(wide ? side * 0.9 : 0));
    svg.open(side, side, "heat", summary(), "style", style);
    names(cell, margin);
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        if (map.shade(row, column) > 0) {
          cell(row, column, cell, margin);
        }
      }
    }
    svg.rect(margin, margin, size * cell, size * cell, "class", "frame");
    close();
  }

  /** Returns the letters of the longest name that is shown. */
  static int letters(HeatMap map) {
    return map.axes().rows().stream().mapToInt(name -> cut(name).length()).max().orElse(0);
  }

  /** Returns a name that isn't too long. */
  static String cut(String name) {
    return name.length() <= MOST_LETTERS ? name : name.substring(0, MOST_LETTERS - 1) + "…";
  }

  private void names(double cell, double margin) {
    double middle = margin + map.size() * cell / 2;
    svg.text(map.axes().x(), middle, 11, "middle axis");
    svg.upwards(map.axes().y(), 11, middle, "middle axis");
    for (int i = 0; i < map.size(); i++) {
      double at = margin + (i + 0.5) * cell + 3;
      svg.text(cut(map.axes().rows().get(i)), margin - 4, at, "end");
      svg.upwards(cut(map.axes().columns().get(i)), at, margin - 4, "name");
    }
  }

  private void cell(int row, int column, double side, double margin) {
    double shade = map.shade(row, column);
    double x = margin + column * side;
    double y = margin + row * side;
    String tip =
        "%s %s, %s %s: %s"
            .formatted(
                map.axes().y(),
                map.axes().rows().get(row),
                map.axes().x(),
                map.axes().columns().get(column),
                map.text(row, column));
    String opacity = number(Math.max(shade, 0.03));
    svg.rect(x, y, side, side, "fill-opacity", opacity, "data-tip", tip);
    if (map.size() <= WIDE) {
      String style = shade > DARK ? "middle on" : "middle";
      svg.text(map.text(row, column), x + side / 2, y + side / 2 + 4, style);
    }
  }

  private String summary() {
    StringBuilder text = new StringBuilder(map.title()).append('.');
    for (int i = 0; i < map.size() && map.size() <= WIDE; i++) {
      String name = map.axes().rows().get(i);
      text.append(' ').append(name).append(": ").append(map.text(i, i)).append('.');
    }
    return text.toString();
  }

  private void density(boolean upwards) {
    double left = 42;
    double top = 6;
    double side = DENSITY_SIDE;
    double height = top + side + 36;
    open(false);
    svg.open(left + side + 12, height, "heat", map.title(), "style", "--font:11px");
    String place =
        "translate(%s %s) scale(%s)".formatted(number(left), number(top), side / map.size());
    page.open("g", "transform", place);
    paths(map).forEach((shade, path) -> page.leaf("path", "d", path, "fill-opacity", shade));
    page.close();
    svg.rect(left, top, side, side, "class", "frame");
    for (double mark : new double[] {0, 0.5, 1}) {
      double along = side * mark;
      String down = Axis.text(upwards ? 1 - mark : mark);
      svg.text(Axis.text(mark), left + along, top + side + 15, "middle");
      svg.text(down, left - 5, top + along + (mark == 0 ? 9 : 4), "end");
    }
    svg.text(map.axes().x(), left + side / 2, height - 5, "middle axis");
    svg.upwards(map.axes().y(), 11, top + side / 2, "middle axis");
    close();
  }

  /** Cells of one shade share a path, and neighbours in a row a rectangle: the page stays small. */
  private static Map<String, String> paths(HeatMap map) {
    Map<String, StringBuilder> paths = new TreeMap<>();
    for (int row = 0; row < map.size(); row++) {
      int column = 0;
      while (column < map.size()) {
        int shade = level(map, row, column);
        int end = column + 1;
        while (end < map.size() && level(map, row, end) == shade) {
          end++;
        }
        if (shade > 0) {
          paths
              .computeIfAbsent(
                  String.format(Locale.ROOT, "%.2f", (double) shade / SHADES),
                  key -> new StringBuilder())
              .append("M%d %dh%dv1h-%dz".formatted(column, row, end - column, end - column));
        }
        column = end;
      }
    }
    Map<String, String> texts = new TreeMap<>();
    paths.forEach((shade, path) -> texts.put(shade, path.toString()));
    return texts;
  }

  private static int level(HeatMap map, int row, int column) {
    return (int) Math.ceil(map.shade(row, column) * SHADES);
  }
}
