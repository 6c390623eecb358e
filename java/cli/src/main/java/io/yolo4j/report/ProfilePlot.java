package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import io.yolo4j.profile.ProfiledLayer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A drawing of layers over two logarithmic axes. */
final class ProfilePlot {
  private static final double LEFT = 58;
  private static final double RIGHT = 16;
  private static final double BOTTOM = 40;

  /** Radius of a dot that took all of the time; areas are as shares of the time. */
  private static final double RADIUS = 34;

  /** A smaller dot can't be pointed at. */
  private static final double LEAST_RADIUS = 2;

  private final Markup page;
  private final Svg svg;
  private final Size size;
  private final ProfileScale x;
  private final ProfileScale y;

  /**
   * Lengths in the drawing's unit.
   *
   * @param width of all
   * @param height of all
   * @param top room over the plot
   */
  record Size(double width, double height, double top) {}

  /**
   * A layer in the plot.
   *
   * @param layer the layer
   * @param x its place, positive and finite
   * @param y its place, positive and finite
   * @param note more of what is said of it
   */
  record Dot(ProfiledLayer layer, double x, double y, String note) {
    /** Returns whether both coordinates have a place on a logarithmic axis. */
    boolean isShown() {
      return x > 0 && y > 0 && Double.isFinite(x) && Double.isFinite(y);
    }

    private ProfileGroup group() {
      return ProfileGroup.of(layer.work().category());
    }
  }

  ProfilePlot(Markup page, Size size, ProfileScale x, ProfileScale y) {
    this.page = page;
    svg = new Svg(page);
    this.size = size;
    this.x = x;
    this.y = y;
  }

  Svg svg() {
    return svg;
  }

  double right() {
    return size.width() - RIGHT;
  }

  double top() {
    return size.top();
  }

  private double bottom() {
    return size.height() - BOTTOM;
  }

  double px(double value) {
    return LEFT + x.share(value) * (right() - LEFT);
  }

  double py(double value) {
    return bottom() - y.share(value) * (bottom() - top());
  }

  /** Starts the drawing with its axes. */
  void open(String label) {
    page.open("div", "class", "scroll");
    svg.open(size.width(), size.height(), "plot", label);
    page.open("g", "class", "grid");
    for (double mark : y.marks()) {
      svg.line(LEFT, py(mark), right(), py(mark), "rule");
      svg.text(Axis.text(mark), LEFT - 6, py(mark) + 4, "end");
    }
    for (double mark : x.marks()) {
      svg.line(px(mark), top(), px(mark), bottom() + 4, "rule");
      svg.text(Axis.text(mark), px(mark), bottom() + 17, "middle");
    }
    svg.text(x.title(), (LEFT + right()) / 2, size.height() - 5, "middle axis");
    svg.upwards(y.title(), 12, (top() + bottom()) / 2, "middle axis");
    page.close();
  }

  /** Draws a dot a layer, small ones over large ones. */
  void dots(List<Dot> dots, double seconds) {
    page.open("g", "class", "dots");
    dots.stream()
        .sorted(Comparator.comparingDouble((Dot dot) -> dot.layer().time().p50()).reversed())
        .forEach(dot -> dot(dot, dot.layer().time().p50() / seconds));
    page.close();
  }

  private void dot(Dot dot, double share) {
    double part = Double.isFinite(share) ? Math.max(0, Math.min(share, 1)) : 0;
    double radius = Math.max(LEAST_RADIUS, RADIUS * Math.sqrt(part));
    page.leaf(
        "circle",
        "cx",
        number(px(dot.x())),
        "cy",
        number(py(dot.y())),
        "r",
        number(radius),
        "style",
        "--ink:" + dot.group().ink().css(),
        "data-tip",
        tip(dot.layer()) + dot.note());
  }

  private static String tip(ProfiledLayer layer) {
    return "%s · %s: %s ms, %s GFLOP/s, %s of its roof, bound by %s"
        .formatted(
            ProfileTable.name(layer),
            layer.work().operation(),
            ProfileUnits.millis(layer.time().p50()),
            ProfileUnits.significant(layer.work().flops() / layer.time().p50() / 1e9, 4),
            ProfileUnits.percent(layer.roofShare()),
            layer.boundText());
  }

  /** Ends the drawing and writes the legend of its dots. */
  void close(List<Dot> dots) {
    page.close().close();
    page.open("ul", "class", "legend");
    Stream.of(ProfileGroup.values())
        .filter(group -> dots.stream().anyMatch(dot -> dot.group() == group))
        .forEach(this::entry);
    page.open("li", "class", "muted").text("area: share of the layers' time").close();
    page.close();
  }

  private void entry(ProfileGroup group) {
    page.open("li", "style", "--ink:" + group.ink().css());
    page.leaf("span", "class", "swatch").text(group.title()).close();
  }
}
