package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import io.yolo4j.draw.BoxLayout;
import io.yolo4j.draw.Drawing;
import io.yolo4j.draw.Drawing.Band;
import io.yolo4j.draw.Drawing.Box;
import io.yolo4j.draw.Drawing.Direction;
import io.yolo4j.draw.Drawing.Point;
import io.yolo4j.draw.Drawing.Route;
import io.yolo4j.draw.Figures;
import io.yolo4j.draw.Scope;
import io.yolo4j.draw.Texts;
import io.yolo4j.draw.Unit;
import io.yolo4j.draw.Unit.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network's drawing as SVG: by itself, or as part of a page whose script opens boxes. What is
 * inside a closed box is written too, and not shown.
 */
public final class NetworkSvg {
  private static final double TITLE_LINE = 18;
  private static final double DETAIL_LINE = 34;
  private static final double BAND_RADIUS = 10;
  private static final double RADIUS = 6;

  private final Markup page;

  /** Whether boxes open and close. */
  private final boolean lively;

  NetworkSvg(Markup page, boolean lively) {
    this.page = page;
    this.lively = lively;
  }

  /** Returns a file of its own, which every browser shows. */
  public static String of(NetworkTitle title, Drawing drawing) {
    Markup page = new Markup();
    page.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    new NetworkSvg(page, false)
        .write(title, drawing, "xmlns", "http://www.w3.org/2000/svg", "role", "img");
    return page.raw("\n").toString();
  }

  /** Writes the drawing with its own style sheet. */
  void write(NetworkTitle title, Drawing drawing, Object... attributes) {
    String width = number(Math.ceil(drawing.width()));
    String height = number(Math.ceil(drawing.height()));
    Object[] own = {
      "viewBox",
      "0 0 " + width + " " + height,
      "width",
      width,
      "height",
      height,
      "class",
      "network",
      "aria-label",
      title.name(),
      "data-direction",
      drawing.direction(),
      "data-header",
      number(BoxLayout.HEADER),
      "data-inset",
      number(BoxLayout.INSET)
    };
    Object[] all = Arrays.copyOf(own, own.length + attributes.length);
    System.arraycopy(attributes, 0, all, own.length, attributes.length);
    page.open("svg", all);
    page.element("title", title.name()).element("desc", title.sentence());
    if (!lively) {
      page.open("style").raw(palette() + ReportPage.resource("network.css")).close();
      page.leaf("rect", "width", "100%", "height", "100%", "class", "ground");
    }
    arrow();
    drawing(drawing, 0, 0);
    page.close();
  }

  /** The colours stand in the pages' style sheet, before everything else. */
  private static String palette() {
    String css = ReportPage.resource("report.css");
    return css.substring(0, css.indexOf("* {"));
  }

  private void arrow() {
    page.open("defs");
    page.open(
        "marker",
        "id",
        "arrow",
        "viewBox",
        "0 0 8 8",
        "refX",
        7.5,
        "refY",
        4,
        "markerWidth",
        7,
        "markerHeight",
        7,
        "orient",
        "auto");
    page.leaf("path", "d", "M0 0L8 4L0 8z", "class", "arrow");
    page.close().close();
  }

  private void drawing(Drawing drawing, double x, double y) {
    page.open(
        "g",
        "class",
        "drawing",
        "transform",
        translate(x, y),
        "data-size",
        number(drawing.width()) + " " + number(drawing.height()));
    drawing.bands().forEach(band -> band(band, drawing.direction()));
    for (Route route : drawing.routes()) {
      wire(drawing, route);
    }
    drawing.boxes().forEach(this::box);
    page.close();
  }

  private void band(Band band, Direction direction) {
    page.leaf(
        "rect",
        "x",
        number(band.x()),
        "y",
        number(band.y()),
        "width",
        number(band.width()),
        "height",
        number(band.height()),
        "rx",
        BAND_RADIUS,
        "class",
        "band");
    double down = direction == Direction.DOWN ? 0.5 * BoxLayout.HEADER : BoxLayout.TEXT_MARGIN;
    page.element(
        "text",
        band.part().name().toLowerCase(Locale.ROOT),
        "x",
        number(band.x() + 10),
        "y",
        number(band.y() + down + 5),
        "class",
        "part");
  }

  private void wire(Drawing drawing, Route route) {
    List<Unit> units = drawing.scope().units();
    String shape = Texts.shape(route.shape());
    page.open(
        "g", "class", "wire", "data-ends", route.wire().source() + " " + route.wire().target());
    page.element(
        "title",
        "%s → %s: %s"
            .formatted(
                name(units.get(route.wire().source())),
                name(units.get(route.wire().target())),
                shape));
    page.leaf("path", "d", path(route.points()), "marker-end", "url(#arrow)");
    if (route.label()) {
      Point end = route.points().get(route.points().size() - 1);
      boolean down = drawing.direction() == Direction.DOWN;
      page.element(
          "text",
          shape,
          "x",
          number(down ? end.x() + 6 : end.x() - 10),
          "y",
          number(down ? end.y() - 6 : end.y() - 4),
          "class",
          down ? "label" : "label end");
    }
    page.close();
  }

  private static String name(Unit unit) {
    return unit.path().isEmpty() ? unit.title() : unit.path();
  }

  static String path(List<Point> points) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? "M" : "L")
          .append(number(point.x()))
          .append(' ')
          .append(number(point.y()));
    }
    return path.toString();
  }

  private void box(Box box) {
    Unit unit = box.unit();
    boolean opens = lively && box.inside().isPresent();
    String style =
        "box %s s%d%s"
            .formatted(
                unit.kind().name().toLowerCase(Locale.ROOT),
                ProfileGroup.of(unit.figures().category()).ink().series(),
                box.open() ? " open" : "");
    if (opens) {
      page.open(
          "g",
          "class",
          style,
          "transform",
          translate(box.x(), box.y()),
          "data-path",
          unit.path(),
          "tabindex",
          0,
          "role",
          "button",
          "aria-expanded",
          false,
          "aria-label",
          label(unit));
    } else {
      page.open(
          "g", "class", style, "transform", translate(box.x(), box.y()), "data-path", unit.path());
    }
    page.element("title", tip(unit));
    page.leaf(
        "rect",
        "width",
        number(box.width()),
        "height",
        number(box.height()),
        "rx",
        number(unit.isEnd() ? box.height() / 2 : RADIUS),
        "class",
        "frame");
    texts(box, opens);
    inside(box);
    page.close();
  }

  private void texts(Box box, boolean opens) {
    Unit unit = box.unit();
    double middle = box.width() / 2;
    if (unit.isEnd()) {
      text(BoxLayout.endText(unit), middle, 14, "label middle");
      return;
    }
    double down = box.open() ? 0 : (box.height() - BoxLayout.HEIGHT) / 2;
    text(unit.title(), middle, down + TITLE_LINE, "title middle");
    text(Texts.detail(unit.figures()), middle, down + DETAIL_LINE, "detail middle");
    if (opens) {
      text("+", box.width() - 13, down + TITLE_LINE, "sign middle");
    }
  }

  private void text(String text, double x, double y, String style) {
    page.element("text", text, "x", number(x), "y", number(y), "class", style);
  }

  private void inside(Box box) {
    Optional<Drawing> inside = box.inside();
    if (inside.isEmpty()) {
      return;
    }
    page.open("g", "class", "inside");
    Drawing drawing = inside.get();
    drawing(drawing, (box.width() - drawing.width()) / 2, BoxLayout.HEADER);
    page.close();
  }

  private static String label(Unit unit) {
    return unit.title() + ", " + Texts.detail(unit.figures());
  }

  private static String tip(Unit unit) {
    Figures figures = unit.figures();
    StringBuilder tip = new StringBuilder(name(unit));
    tip.append('\n').append(unit.kind() == Kind.MODULE ? "module " : "").append(unit.title());
    figures.outputs().forEach(shape -> tip.append("\noutput ").append(shape));
    if (figures.parameters() > 0) {
      tip.append(String.format(Locale.ROOT, "\n%,d parameters", figures.parameters()));
    }
    if (figures.flops() > 0) {
      tip.append(String.format(Locale.ROOT, "\n%,d FLOP", figures.flops()));
    }
    if (!unit.isEnd()) {
      tip.append('\n').append(figures.category().title());
    }
    return tip.toString();
  }

  private static String translate(double x, double y) {
    return "translate(" + number(x) + " " + number(y) + ")";
  }

  /** Returns the groups of colours that a scope's boxes have, those inside included. */
  static List<ProfileGroup> groups(Scope scope) {
    return scope.units().stream()
        .flatMap(
            unit ->
                Stream.concat(
                    Stream.of(ProfileGroup.of(unit.figures().category())),
                    unit.inside().stream().flatMap(inside -> groups(inside).stream())))
        .distinct()
        .sorted()
        .toList();
  }
}
