package io.yolo4j.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The charts over the epochs of a run. */
final class EpochCharts {
  private static final String EPOCH = "epoch";

  private final List<EpochRow> rows;
  private final int planned;

  /**
   * Creates the charts.
   *
   * @param rows the epochs that are done
   * @param planned all epochs
   */
  EpochCharts(List<EpochRow> rows, int planned) {
    this.rows = List.copyOf(rows);
    this.planned = planned;
  }

  /** Returns the epoch with the best fitness, the first of several. */
  static Optional<EpochRow> best(List<EpochRow> rows) {
    return rows.stream()
        .filter(row -> !Double.isNaN(row.fitness()))
        .reduce((first, second) -> second.fitness() > first.fitness() ? second : first);
  }

  /** Returns losses, precision and recall, average precisions, learning rates. */
  List<LineChart> all() {
    return List.of(
        losses("loss-box", "Box loss", Column.TRAIN_BOX, Column.VALIDATION_BOX),
        losses(
            "loss-objectness",
            "Objectness loss",
            Column.TRAIN_OBJECTNESS,
            Column.VALIDATION_OBJECTNESS),
        losses(
            "loss-class",
            "Class loss",
            Column.TRAIN_CLASSIFICATION,
            Column.VALIDATION_CLASSIFICATION),
        measures(
            "precision-recall",
            "Precision and recall",
            line("recall", 1, Column.RECALL),
            line("precision", 0, Column.PRECISION)),
        measures(
            "average-precision",
            "Mean average precision",
            line("mAP50-95", 1, Column.MAP50_TO_95),
            line("mAP50", 0, Column.MAP50)),
        rates());
  }

  private LineChart losses(String id, String title, Column training, Column validation) {
    List<Line> lines = List.of(line("validation", 1, validation), line("training", 0, training));
    return chart(id, title, Axis.around("loss", values(lines)), lines, null);
  }

  private LineChart measures(String id, String title, Line first, Line second) {
    return chart(id, title, Axis.fraction("0 to 1"), List.of(first, second), bestMark());
  }

  private LineChart rates() {
    List<Line> lines =
        List.of(
            line("biases", 1, Column.RATE_BIAS),
            line("batch norm", 2, Column.RATE_NORM),
            line("weights", 0, Column.RATE_WEIGHT));
    return chart(
        "learning-rates", "Learning rates", Axis.around("rate", values(lines)), lines, null);
  }

  /** Returns the speed of training. */
  LineChart speed() {
    List<Line> lines = List.of(line("training", 0, Column.IMAGES_PER_SECOND));
    return chart(
        "speed", "Pictures per second", Axis.around("pictures/s", values(lines)), lines, null);
  }

  private Line line(String name, int series, Column column) {
    return Line.ofEpochs(name, Ink.series(series), rows, row -> row.value(column));
  }

  private static DoubleStream values(List<Line> lines) {
    return lines.stream().flatMapToDouble(Line::values);
  }

  private LineChart chart(
      String id, String title, Axis y, List<Line> lines, LineChart.@Nullable Mark mark) {
    int last =
        IntStream.concat(rows.stream().mapToInt(row -> row.epoch() + 1), IntStream.of(planned))
            .max()
            .orElse(planned);
    return new LineChart(id, title, Axis.epochs(EPOCH, last), y, lines, mark);
  }

  private LineChart.@Nullable Mark bestMark() {
    return best(rows).map(row -> new LineChart.Mark(row.epoch() + 1, "best")).orElse(null);
  }
}
