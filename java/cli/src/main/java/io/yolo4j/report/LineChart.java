package io.yolo4j.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines over an axis; drawn on the page and as a picture.
 *
 * @param id unique on the page, and the file's name where it has a file of its own
 * @param title what it shows
 * @param x horizontal axis
 * @param y vertical axis
 * @param lines those with something to draw, the most important ones last
 * @param mark a place on the horizontal axis to point out; null for none
 */
record LineChart(String id, String title, Axis x, Axis y, List<Line> lines, @Nullable Mark mark) {
  /** A place to point out. */
  record Mark(double x, String text) {}

  /** Leaves out empty lines. */
  LineChart {
    lines = lines.stream().filter(line -> !line.isEmpty()).toList();
  }

  /** Returns what it says in a sentence, for who does not see it. */
  String summary() {
    List<String> parts = new ArrayList<>();
    for (Line line : lines) {
      if (line.weight() != Line.Weight.THIN) {
        parts.add(
            "%s from %s to %s, at last %s"
                .formatted(
                    line.name(),
                    Numbers.significant(line.values().min().orElse(0), 3),
                    Numbers.significant(line.values().max().orElse(0), 3),
                    Numbers.significant(line.last(), 3)));
      }
    }
    String marked = mark == null ? "" : "; " + mark.text() + " at " + Axis.text(mark.x());
    return "%s over %s: %s%s"
        .formatted(
            title, x.title(), parts.isEmpty() ? "no values yet" : String.join("; ", parts), marked);
  }
}
