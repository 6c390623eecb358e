package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import java.util.List;

/** What the labels of a data set are like. Immutable. */
final class LabelStatistics {
  /** Ranges on each side of the two densities. */
  static final int BINS = 40;

  private final List<String> names;
  private final int pictures;
  private final int background;
  private final int[] labels;
  private final int[] shownOn;
  private final long[][] centres = new long[BINS][BINS];
  private final long[][] sizes = new long[BINS][BINS];

  private LabelStatistics(Dataset data) {
    names = data.classNames();
    pictures = data.samples().size();
    labels = new int[names.size()];
    shownOn = new int[names.size()];
    int empty = 0;
    for (Sample sample : data.samples()) {
      empty += sample.labels().isEmpty() ? 1 : 0;
      sample.labels().stream().mapToInt(Label::classId).distinct().forEach(id -> shownOn[id]++);
      sample.labels().forEach(this::add);
    }
    background = empty;
  }

  static LabelStatistics of(Dataset data) {
    return new LabelStatistics(data);
  }

  private void add(Label label) {
    labels[label.classId()]++;
    centres[bin(label.box().centreY())][bin(label.box().centreX())]++;
    sizes[BINS - 1 - bin(label.box().height())][bin(label.box().width())]++;
  }

  private static int bin(double fraction) {
    return (int) Math.max(0, Math.min(fraction * BINS, BINS - 1));
  }

  List<String> names() {
    return names;
  }

  int pictures() {
    return pictures;
  }

  /** Returns the number of pictures without labels. */
  int background() {
    return background;
  }

  /** Returns the labels of a class. */
  int labels(int classId) {
    return labels[classId];
  }

  /** Returns the pictures that show a class. */
  int shownOn(int classId) {
    return shownOn[classId];
  }

  /** Returns all labels. */
  int labels() {
    int sum = 0;
    for (int count : labels) {
      sum += count;
    }
    return sum;
  }

  /** Returns where on pictures the boxes' centres are; the upper edge is row 0. */
  HeatMap centres() {
    return map("label-centres", "Where the centres of boxes are", "x", "y", centres);
  }

  /** Returns how large the boxes are; the highest are in row 0. */
  HeatMap sizes() {
    return map("label-sizes", "How large boxes are", "width", "height", sizes);
  }

  /* The square root of the count, so that rare places show beside frequent ones. */
  private static HeatMap map(String id, String title, String x, String y, long[][] counts) {
    long most = 1;
    for (long[] row : counts) {
      for (long count : row) {
        most = Math.max(most, count);
      }
    }
    double scale = most;
    return HeatMap.square(
        id,
        title,
        new HeatMap.Axes(x, y, List.of(), List.of()),
        BINS,
        row ->
            column ->
                new HeatMap.Cell(
                    Math.sqrt(counts[row][column] / scale), Long.toString(counts[row][column])));
  }
}
