package io.yolo4j.report;

import java.util.List;
import java.util.Locale;

/** Bars of a page, one below the other. */
final class BarList {
  private BarList() {}

  /**
   * Writes bars as a figure.
   *
   * @param style of the list: {@code bars}, or {@code bars one} in a single column
   */
  static void write(Markup page, String id, String title, String style, List<Bar> bars) {
    int most = bars.stream().mapToInt(Bar::count).max().orElse(0);
    boolean wide = style.equals("bars");
    page.open("figure", "class", wide ? "chart wide" : "chart", "id", id);
    page.element("figcaption", title);
    page.open("ol", "class", style);
    for (Bar bar : bars) {
      double share = most == 0 ? 0 : (double) bar.count() / most;
      page.open(
          "li",
          "style",
          "--share:%s;--ink:%s"
              .formatted(String.format(Locale.ROOT, "%.3f", share), bar.ink().css()),
          "data-tip",
          bar.tip());
      page.element("span", bar.name(), "class", "name");
      page.leaf("span", "class", "bar");
      page.element("span", Integer.toString(bar.count()), "class", "number");
      page.close();
    }
    page.close().close();
  }
}
