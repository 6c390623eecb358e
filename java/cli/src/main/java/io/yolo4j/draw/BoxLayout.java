package io.yolo4j.draw;

import io.yolo4j.draw.Drawing.Direction;
import java.util.List;
import java.util.stream.IntStream;

/** Sizes of boxes. */
public final class BoxLayout {
  /** Height of the title of an open box. */
  public static final double HEADER = 44;

  /** Height of a closed box with two lines of text. */
  public static final double HEIGHT = 44;

  /** Room on both sides of a text. */
  public static final double TEXT_MARGIN = 12;

  /** Room for the mark of a box that opens. */
  public static final double MARK = 18;

  /** Room around the inside of an open box. */
  public static final double INSET = 10;

  private static final double END_HEIGHT = 20;
  private static final double LABEL_MARGIN = 12;
  private static final double LINE_DISTANCE = 20;

  private BoxLayout() {}

  /** Width and height. */
  record Size(double width, double height) {}

  /**
   * Returns the size of all closed boxes of a scope. They have the same, so that a layer of a
   * drawing has straight sides: then a page can push it apart where a box is opened.
   */
  static Size closed(Scope scope, Direction direction) {
    double width =
        scope.units().stream()
            .filter(unit -> !unit.isEnd())
            .mapToDouble(BoxLayout::textWidth)
            .max()
            .orElse(0);
    int lines = IntStream.of(lines(scope)).max().orElse(0);
    if (direction == Direction.RIGHT) {
      return new Size(Math.ceil(width), Math.max(HEIGHT, (lines + 1) * LINE_DISTANCE));
    }
    double labels = lines > 1 ? (lines + 1) * (widestLabel(scope) + LABEL_MARGIN) : 0;
    return new Size(Math.ceil(Math.max(width, labels)), HEIGHT);
  }

  /** Returns how many lines lead to each box; where there are several, they are labelled. */
  static int[] lines(Scope scope) {
    int[] lines = new int[scope.units().size()];
    scope.wires().forEach(wire -> lines[wire.target()]++);
    return lines;
  }

  /** Returns the width of the widest label; 0 without any. */
  static double widestLabel(Scope scope) {
    int[] lines = lines(scope);
    return scope.wires().stream()
        .filter(wire -> lines[wire.target()] > 1)
        .mapToDouble(wire -> TextSize.width(Texts.shape(wire.shape()), TextSize.LABEL))
        .max()
        .orElse(0);
  }

  private static double textWidth(Unit unit) {
    double title = TextSize.width(unit.title(), TextSize.TITLE);
    double mark = unit.inside().isPresent() ? 2 * MARK : 0;
    double detail = TextSize.width(Texts.detail(unit.figures()), TextSize.DETAIL);
    return Math.max(title + mark, detail) + 2 * TEXT_MARGIN;
  }

  /** Returns the text of an end of a line. */
  public static String endText(Unit unit) {
    return unit.title() + " · " + Texts.shape(unit.figures().outputs().get(0));
  }

  /** Returns the size of an end of a line. */
  static Size end(Unit unit) {
    double width = TextSize.width(endText(unit), TextSize.LABEL);
    return new Size(Math.ceil(width + 2 * TEXT_MARGIN), END_HEIGHT);
  }

  /** Returns the size of an open box around its inside. */
  static Size open(Size closed, Drawing inside) {
    return new Size(
        Math.max(closed.width(), inside.width() + 2 * INSET), HEADER + inside.height() + INSET);
  }

  /** Returns whether units are rows, which belong to parts of the network. */
  static boolean hasParts(List<Unit> units) {
    return units.stream().anyMatch(unit -> unit.part().isPresent());
  }
}
