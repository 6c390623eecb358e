package io.yolo4j.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A bar of a chart of counts.
 *
 * @param name what is counted
 * @param count its length
 * @param ink its colour
 * @param tip more about it, shown on demand
 */
record Bar(String name, int count, Ink ink, String tip) {
  /** Returns a bar a class. */
  static List<Bar> ofClasses(LabelStatistics labels) {
    List<Bar> bars = new ArrayList<>();
    for (int id = 0; id < labels.names().size(); id++) {
      String name = labels.names().get(id);
      String tip =
          "%s: %d labels on %d pictures".formatted(name, labels.labels(id), labels.shownOn(id));
      bars.add(new Bar(name, labels.labels(id), Ink.ofClass(id), tip));
    }
    return bars;
  }
}
