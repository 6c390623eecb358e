package io.yolo4j.report;

import io.yolo4j.study.CellResult;
import io.yolo4j.study.Estimate;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.SizeAnswer;
import io.yolo4j.study.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;

/** The curve of a study of sizes: the mean over the pictures, its interval, each seed. */
final class StudyCharts {
  private final List<CellResult> cells;
  private final StudyResult result;
  private final double target;

  private StudyCharts(StudyResult result, double target) {
    this.result = result;
    cells = result.cells();
    this.target = target;
  }

  /** Returns the chart; mAP50 lies in 0 to 1, so intervals are cut there. */
  static LineChart sizes(StudyResult result, double target) {
    return new StudyCharts(result, target).chart();
  }

  private LineChart chart() {
    List<Line> lines = new ArrayList<>();
    lines.add(line("wanted", Ink.series(2), Line.Weight.THIN, i -> target));
    for (long seed : result.plan().seeds()) {
      lines.add(line("seed " + seed, Ink.series(5), Line.Weight.THIN, i -> ofSeed(i, seed)));
    }
    lines.add(line("interval, high", Ink.series(4), Line.Weight.NORMAL, i -> end(i, true)));
    lines.add(line("interval, low", Ink.series(4), Line.Weight.NORMAL, i -> end(i, false)));
    lines.add(line("mean", Ink.series(0), Line.Weight.BOLD, i -> cells.get(i).map50().mean()));
    OptionalDouble reached =
        result.pictures(target).map(SizeAnswer::pictures).orElse(OptionalDouble.empty());
    return new LineChart(
        "size-curve",
        "mAP50 over training pictures: mean, 95 % interval, each seed",
        Axis.around("training pictures a class", sizes()),
        Axis.around("mAP50", lines.stream().flatMapToDouble(Line::values)),
        lines,
        reached.isPresent()
            ? new LineChart.Mark(reached.getAsDouble(), "mAP50 " + Numbers.significant(target, 3))
            : null);
  }

  private DoubleStream sizes() {
    return cells.stream().mapToDouble(cell -> cell.cell().picturesPerClass());
  }

  private Line line(String name, Ink ink, Line.Weight weight, IntToDoubleFunction y) {
    return Line.sampled(
        name, ink, weight, cells.size(), List.of(i -> cells.get(i).cell().picturesPerClass(), y));
  }

  private double ofSeed(int cell, long seed) {
    return cells.get(cell).runs().stream()
        .filter(run -> run.seed() == seed)
        .mapToDouble(RunResult::map50)
        .findFirst()
        .orElse(Double.NaN);
  }

  private double end(int cell, boolean upper) {
    Estimate estimate = cells.get(cell).map50();
    return IntervalChart.cut(upper ? estimate.high() : estimate.low());
  }
}
