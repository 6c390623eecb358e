package io.yolo4j.report;

import io.yolo4j.eval.AveragePrecision;
import io.yolo4j.eval.ConfusionMatrix;
import io.yolo4j.eval.PrecisionCurves;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The charts of one validation. */
final class ValidationCharts {
  private static final String BACKGROUND = "background";
  private static final String CONFIDENCE = "confidence";

  private final Measured measured;
  private final AveragePrecision.Result averages;

  ValidationCharts(Measured measured) {
    this.measured = measured;
    averages = measured.result().averages();
  }

  /** A value of a curve at a point. */
  @FunctionalInterface
  private interface Curve {
    double at(PrecisionCurves curves, int point);
  }

  /** Returns precision over recall, then F1, precision and recall over confidence. */
  List<LineChart> curves() {
    return List.of(
        chart(
            "PR_curve",
            "Precision over recall, IoU 0.5",
            new Axis[] {Axis.fraction("recall"), Axis.fraction("precision")},
            PrecisionCurves::precisionAtRecall,
            null),
        confidence("F1_curve", "F1", PrecisionCurves::f1),
        confidence("P_curve", "Precision", PrecisionCurves::precision),
        confidence("R_curve", "Recall", PrecisionCurves::recall));
  }

  private LineChart confidence(String id, String name, Curve curve) {
    return chart(
        id,
        name + " over confidence",
        new Axis[] {Axis.fraction(CONFIDENCE), Axis.fraction(name)},
        curve,
        averages.classes().isEmpty()
            ? null
            : new LineChart.Mark(
                averages.bestConfidence(),
                String.format(Locale.ROOT, "best F1 at %.3f", averages.bestConfidence())));
  }

  private LineChart chart(
      String id, String title, Axis[] axes, Curve curve, LineChart.@Nullable Mark mark) {
    List<Line> lines = new ArrayList<>();
    List<PrecisionCurves> classes = averages.curves();
    Line.Weight weight =
        classes.size() > SvgLineChart.MOST_IN_LEGEND ? Line.Weight.THIN : Line.Weight.NORMAL;
    // The first class's line lies on top and comes first in the legend.
    for (int i = classes.size() - 1; i >= 0; i--) {
      int classId = classes.get(i).classId();
      lines.add(line(measured.name(classId), Ink.ofClass(classId), weight, classes.get(i), curve));
    }
    if (!classes.isEmpty()) {
      lines.add(
          line(
              "all classes",
              Ink.series(0),
              Line.Weight.BOLD,
              PrecisionCurves.mean(classes),
              curve));
    }
    return new LineChart(id, title, axes[0], axes[1], lines, mark);
  }

  private static Line line(
      String name, Ink ink, Line.Weight weight, PrecisionCurves curves, Curve curve) {
    return Line.sampled(
        name,
        ink,
        weight,
        PrecisionCurves.POINTS,
        List.of(PrecisionCurves::place, point -> curve.at(curves, point)));
  }

  /** Returns what share of each true class was taken for what: columns sum to 1. */
  HeatMap normalizedConfusion() {
    ConfusionMatrix matrix = measured.result().confusion();
    long[] columns = new long[matrix.classes() + 1];
    for (int actual = 0; actual < columns.length; actual++) {
      for (int predicted = 0; predicted < columns.length; predicted++) {
        columns[actual] += matrix.at(predicted, actual);
      }
    }
    return confusion(
        "confusion-normalized",
        "Confusion matrix, shares of each true class",
        predicted ->
            actual -> {
              double share =
                  columns[actual] == 0
                      ? 0
                      : (double) matrix.at(predicted, actual) / columns[actual];
              return new HeatMap.Cell(share, share == 0 ? "" : Numbers.fixed(share, 2));
            });
  }

  /** Returns how often what was taken for what. */
  HeatMap confusionCounts() {
    ConfusionMatrix matrix = measured.result().confusion();
    int size = matrix.classes() + 1;
    double most =
        Math.max(
            1,
            IntStream.range(0, size * size)
                .mapToLong(i -> matrix.at(i / size, i % size))
                .max()
                .orElse(1));
    return confusion(
        "confusion-counts",
        "Confusion matrix, counts",
        predicted ->
            actual -> {
              long count = matrix.at(predicted, actual);
              return new HeatMap.Cell(
                  Math.sqrt(count / most), count == 0 ? "" : Long.toString(count));
            });
  }

  private HeatMap confusion(String id, String title, IntFunction<IntFunction<HeatMap.Cell>> cells) {
    int classes = measured.result().confusion().classes();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      names.add(measured.name(i));
    }
    names.add(BACKGROUND);
    return HeatMap.square(
        id, title, new HeatMap.Axes("true", "predicted", names, names), names.size(), cells);
  }
}
