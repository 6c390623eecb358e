package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.quality.Histogram;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** Histograms of a data set, as bars. */
final class DatasetCharts {
  private static final int SIZE_RANGES = 16;
  private static final int MOST_SIZES = 12;
  private static final List<Double> ASPECTS =
      List.of(0., .05, .1, .2, .33, .5, .75, 1.33, 2., 3., 5., 10., 20., 1e9);
  private static final List<Double> PER_PICTURE =
      List.of(0., 1., 2., 3., 4., 5., 6., 8., 11., 16., 21., 31., 51., 1e9);

  private final Dataset data;
  private final int imageSize;

  DatasetCharts(Dataset data, int imageSize) {
    this.data = data;
    this.imageSize = imageSize;
  }

  /** A chart. */
  record Chart(String id, String title, List<Bar> bars) {
    Chart {
      bars = List.copyOf(bars);
    }
  }

  /** Returns all histograms. */
  List<Chart> all() {
    return List.of(
        new Chart(
            "box-sizes",
            "Size of boxes: √(width · height) in pixels at " + imageSize,
            bars(Histogram.of(boxes(this::side), sizes()), "px")),
        new Chart(
            "box-aspects",
            "Shape of boxes: width / height in pixels",
            bars(Histogram.of(boxes((box) -> box[0] / box[1]), ASPECTS), "")),
        new Chart(
            "per-picture",
            "Boxes a picture",
            bars(
                Histogram.of(
                    data.samples().stream().mapToDouble(s -> s.labels().size()), PER_PICTURE),
                "whole")),
        new Chart("picture-sizes", "Sizes of pictures, the most frequent", pictureSizes()));
  }

  private List<Double> sizes() {
    List<Double> edges = new ArrayList<>();
    for (int i = 0; i <= SIZE_RANGES; i++) {
      edges.add((double) i * imageSize / SIZE_RANGES);
    }
    return edges;
  }

  private double side(double[] box) {
    return Math.sqrt(box[0] * box[1]);
  }

  /** Measures width and height in pixels of the fitted picture. */
  private DoubleStream boxes(ToDoubleFunction<double[]> measure) {
    DoubleStream.Builder values = DoubleStream.builder();
    for (Sample sample : data.samples()) {
      ImageSize size = sample.size();
      double scale = (double) imageSize / Math.max(size.width(), size.height());
      for (Label label : sample.labels()) {
        values.add(
            measure.applyAsDouble(
                new double[] {
                  label.box().width() * size.width() * scale,
                  label.box().height() * size.height() * scale
                }));
      }
    }
    return values.build();
  }

  private static List<Bar> bars(Histogram histogram, String unit) {
    List<Bar> bars = new ArrayList<>();
    int ranges = histogram.counts().size();
    for (int i = 0; i < ranges; i++) {
      double from = histogram.edges().get(i);
      double to = histogram.edges().get(i + 1);
      String name = name(from, to, i == ranges - 1, unit);
      int count = histogram.counts().get(i);
      bars.add(new Bar(name, count, Ink.series(0), name + ": " + count));
    }
    return bars;
  }

  private static String name(double from, double to, boolean last, String unit) {
    String start = Numbers.significant(from, 3);
    if (unit.equals("whole")) {
      return last ? start + " or more" : to - from == 1 ? start : start + " – " + (int) (to - 1);
    }
    return last && to >= 1e9 ? "from " + start : start + " – " + Numbers.significant(to, 3);
  }

  private List<Bar> pictureSizes() {
    Map<ImageSize, Integer> counts = new LinkedHashMap<>();
    data.samples().forEach(sample -> counts.merge(sample.size(), 1, Integer::sum));
    List<Map.Entry<ImageSize, Integer>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(Map.Entry.<ImageSize, Integer>comparingByValue().reversed());
    List<Bar> bars = new ArrayList<>();
    int others = 0;
    for (int i = 0; i < sorted.size(); i++) {
      ImageSize size = sorted.get(i).getKey();
      int count = sorted.get(i).getValue();
      if (i < MOST_SIZES) {
        String name = size.width() + " × " + size.height();
        bars.add(new Bar(name, count, Ink.series(0), name + ": " + count));
      } else {
        others += count;
      }
    }
    if (others > 0) {
      String tip = "%d other sizes: %d".formatted(sorted.size() - MOST_SIZES, others);
      bars.add(new Bar("others", others, Ink.series(5), tip));
    }
    return bars;
  }
}
