package io.yolo4j.data.merge;

import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A picture of one of the sets.
 *
 * @param set the set's index
 * @param labels its labels' class names, in the order of its labels
 */
record Member(int set, Split split, Sample sample, List<String> labels) {
  /** Corners within this share of a picture are the same: label files round. */
  private static final double SAME = 1e-3;

  Member {
    labels = List.copyOf(labels);
  }

  /** Returns whether it shows the same objects as another, in any order. */
  boolean sameLabels(Member other) {
    List<Integer> mine = sorted();
    List<Integer> others = other.sorted();
    if (mine.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!labels.get(mine.get(i)).equals(other.labels.get(others.get(i)))
          || !close(sample.labels().get(mine.get(i)), other.sample.labels().get(others.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private List<Integer> sorted() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.comparing((Integer i) -> labels.get(i))
            .thenComparing(i -> Math.rint(sample.labels().get(i).box().centreX() / SAME))
            .thenComparing(i -> Math.rint(sample.labels().get(i).box().centreY() / SAME))
            .thenComparing(i -> sample.labels().get(i).box().width()));
    return order;
  }

  private static boolean close(Label a, Label b) {
    return Math.abs(a.box().centreX() - b.box().centreX()) <= SAME
        && Math.abs(a.box().centreY() - b.box().centreY()) <= SAME
        && Math.abs(a.box().width() - b.box().width()) <= SAME
        && Math.abs(a.box().height() - b.box().height()) <= SAME;
  }
}
