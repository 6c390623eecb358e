package io.yolo4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws lying bars of milliseconds, a row each, from end to end; their sum is the last row. */
final class ProfileBars {
  private static final double WIDTH = 580;
  private static final double LEFT = 158;
  private static final double RIGHT = 160;
  private static final double ROW = 26;
  private static final double BAR = 16;
  private static final double TOP = 4;

  private final Markup page;
  private final Svg svg;
  private final String title;
  private final List<Bar> bars;
  private final double low;
  private final double high;

  /**
   * A bar.
   *
   * @param name what it is
   * @param from seconds where it begins
   * @param seconds its length, to the right of there if positive
   * @param ink a colour of the style sheet
   */
  private record Bar(String name, double from, double seconds, String ink) {
    double end() {
      return from + seconds;
    }
  }

  /**
   * A part of a sum.
   *
   * @param name what it is
   * @param seconds any sign
   * @param ink a colour of the style sheet
   */
  record Part(String name, double seconds, String ink) {}

  private ProfileBars(Markup page, String title, List<Bar> bars) {
    this.page = page;
    svg = new Svg(page);
    this.title = title;
    this.bars = bars;
    low = ends().min().orElse(0);
    high = ends().max().orElse(0);
  }

  /**
   * Writes a figure in which each bar begins where the one before ends, and the last, from 0, ends
   * where they do.
   */
  static void waterfall(Markup page, String id, String title, List<Part> parts, Part total) {
    List<Bar> bars = new ArrayList<>();
    double from = 0;
    for (Part part : parts) {
      bars.add(bar(part, from));
      from = bars.get(bars.size() - 1).end();
    }
    bars.add(bar(total, 0));
    new ProfileBars(page, title, bars).figure(id);
  }

  /** What is no number has no length. */
  private static Bar bar(Part part, double from) {
    return new Bar(
        part.name(), from, Double.isFinite(part.seconds()) ? part.seconds() : 0, part.ink());
  }

  private DoubleStream ends() {
    return DoubleStream.concat(
        DoubleStream.of(0), bars.stream().flatMapToDouble(b -> DoubleStream.of(b.from(), b.end())));
  }

  private double px(double seconds) {
    double share = high > low ? (seconds - low) / (high - low) : 0;
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private void figure(String id) {
    double height = 2 * TOP + ROW * bars.size();
    page.open("figure", "class", "chart", "id", id);
    page.element("figcaption", title);
    page.open("div", "class", "scroll");
    svg.open(WIDTH, height, "plot fall", summary());
    svg.line(px(0), TOP, px(0), height - TOP, "rule zero");
    for (int i = 0; i < bars.size(); i++) {
      row(bars.get(i), TOP + i * ROW, i == bars.size() - 1);
    }
    for (int i = 0; i + 1 < bars.size(); i++) {
      step(bars.get(i).end(), TOP + i * ROW);
    }
    page.close().close().close();
  }

  private String summary() {
    StringBuilder text = new StringBuilder(title);
    String separator = ": ";
    for (Bar bar : bars) {
      text.append(separator).append(bar.name()).append(' ');
      text.append(ProfileUnits.millis(bar.seconds())).append(" ms");
      separator = ", ";
    }
    return text.toString();
  }

  private void row(Bar bar, double top, boolean total) {
    double base = top + ROW / 2 + 4;
    double left = px(Math.min(bar.from(), bar.end()));
    double width = px(Math.max(bar.from(), bar.end())) - left;
    String text = ProfileUnits.millis(bar.seconds()) + " ms";
    String style = total ? "end total" : "end";
    if (total) {
      svg.line(0, top, WIDTH, top, "rule");
    }
    svg.text(bar.name(), LEFT - 10, base, style);
    svg.rect(
        left,
        top + (ROW - BAR) / 2,
        Math.max(width, 0.5),
        BAR,
        "style",
        "--ink:" + bar.ink(),
        "data-tip",
        bar.name() + ": " + text);
    svg.text(text + share(bar), WIDTH - 4, base, style);
  }

  /** From where a row's bar ends down to where the next one has its end. */
  private void step(double seconds, double top) {
    double half = (ROW - BAR) / 2;
    svg.line(px(seconds), top + half, px(seconds), top + ROW + half + BAR, "leader");
  }

  /** Returns the share of the sum. */
  private String share(Bar bar) {
    double sum = bars.get(bars.size() - 1).seconds();
    return sum != 0 ? " · " + ProfileUnits.percent(bar.seconds() / sum) : "";
  }
}
