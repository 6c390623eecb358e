package io.yolo4j.report;

import io.yolo4j.eval.InspectionCurves;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The charts of an inspection: overkill and escape rates over the confidence threshold. */
final class InspectionCharts {
  private static final String OVERKILL = "overkill rate";
  private static final String ESCAPE = "escape rate";

  private final Measured measured;
  private final List<InspectionCurves> shown;

  InspectionCharts(Measured measured) {
    this.measured = measured;
    shown =
        measured.result().inspection().curves().stream()
            .filter(one -> one.defectPictures() > 0 && one.cleanPictures() > 0)
            .toList();
  }

  /** Returns the curves for which both rates are known; all classes first. */
  List<InspectionCurves> shown() {
    return shown;
  }

  /** Returns both rates over the threshold, then one against the other; none without pictures. */
  List<LineChart> charts() {
    return shown.isEmpty() ? List.of() : List.of(rates(), escapeOverOverkill());
  }

  private LineChart rates() {
    List<Line> lines = new ArrayList<>();
    InspectionCurves all = measured.result().inspection().all().orElseThrow();
    Line.Weight weight = Line.Weight.BOLD;
    if (all.classId() != shown.get(0).classId()) {
      // No picture is clean of everything: a line a class is all that there is.
      for (InspectionCurves one : shown) {
        lines.add(line(one, measured.name(one.classId()) + ", overkill", one::overkill));
        lines.add(line(one, measured.name(one.classId()) + ", escape", one::escape));
      }
    } else {
      lines.add(overThreshold("escape", Ink.series(1), weight, all::escape));
      lines.add(overThreshold("overkill", Ink.series(0), weight, all::overkill));
    }
    return new LineChart(
        "rates_curve",
        "Overkill and escape over confidence",
        Axis.fraction("confidence"),
        Axis.fraction("rate"),
        lines,
        mark(all));
  }

  private Line line(InspectionCurves one, String name, IntToDoubleFunction rate) {
    return overThreshold(name, Ink.ofClass(one.classId()), Line.Weight.THIN, rate);
  }

  private static Line overThreshold(
      String name, Ink ink, Line.Weight weight, IntToDoubleFunction rate) {
    return Line.sampled(
        name,
        ink,
        weight,
        InspectionCurves.POINTS,
        List.of(point -> InspectionCurves.threshold(point), rate));
  }

  private static LineChart.@Nullable Mark mark(InspectionCurves all) {
    return all.balanced()
        .map(
            point ->
                new LineChart.Mark(
                    InspectionCurves.threshold(point),
                    String.format(
                        Locale.ROOT, "balanced at %.3f", InspectionCurves.threshold(point))))
        .orElse(null);
  }

  /** Points from the highest threshold to the lowest, so that overkill rises. */
  private LineChart escapeOverOverkill() {
    List<Line> lines = new ArrayList<>();
    for (int i = shown.size() - 1; i >= 0; i--) {
      InspectionCurves one = shown.get(i);
      boolean all = one.classId() == InspectionCurves.ALL;
      int last = InspectionCurves.POINTS - 1;
      lines.add(
          Line.sampled(
              all ? "all classes" : measured.name(one.classId()),
              all ? Ink.series(0) : Ink.ofClass(one.classId()),
              weight(all),
              InspectionCurves.POINTS,
              List.of(point -> one.overkill(last - point), point -> one.escape(last - point))));
    }
    return new LineChart(
        "escape_curve",
        "Escape over overkill, threshold falling from left to right",
        Axis.fraction(OVERKILL),
        Axis.fraction(ESCAPE),
        lines,
        null);
  }

  private Line.Weight weight(boolean all) {
    if (all) {
      return Line.Weight.BOLD;
    }
    return shown.size() > SvgLineChart.MOST_IN_LEGEND ? Line.Weight.THIN : Line.Weight.NORMAL;
  }
}
