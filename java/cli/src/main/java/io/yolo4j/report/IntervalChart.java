package io.yolo4j.report;

import io.yolo4j.study.CellResult;
import io.yolo4j.study.Estimate;
import io.yolo4j.study.RunResult;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Means with their intervals, a row each, over one axis; drawn on the page and as a picture.
 *
 * @param id unique on the page
 * @param title what it shows
 * @param axis of the values
 * @param rows from above
 */
record IntervalChart(String id, String title, Axis axis, List<Row> rows) {
  /**
   * A row.
   *
   * @param name what it is
   * @param mean the mean
   * @param low the interval's lower end, within the axis; NaN without an interval
   * @param high its upper end
   * @param values a dot each
   */
  record Row(String name, double mean, double low, double high, List<Double> values) {
    /** Returns what it says, for who does not see it. */
    String text() {
      return "%s: mean %s, interval %s"
          .formatted(
              name,
              Numbers.fixed(mean, 3),
              Double.isNaN(low) ? "none" : Numbers.fixed(low, 3) + " to " + Numbers.fixed(high, 3));
    }
  }

  /** Returns the chart of cells' mAP50, which lies in 0 to 1: intervals are cut there. */
  static IntervalChart map50(List<CellResult> cells) {
    List<Row> rows = cells.stream().map(IntervalChart::row).toList();
    Axis axis =
        Axis.around(
            "mAP50",
            rows.stream()
                .flatMapToDouble(
                    row ->
                        DoubleStream.concat(
                            DoubleStream.of(row.low(), row.high(), row.mean()),
                            row.values().stream().mapToDouble(Double::doubleValue))));
    return new IntervalChart("intervals", "mAP50: mean, 95 % interval, and each seed", axis, rows);
  }

  private static Row row(CellResult cell) {
    Estimate estimate = cell.map50();
    return new Row(
        cell.cell().name(),
        estimate.mean(),
        cut(estimate.low()),
        cut(estimate.high()),
        cell.runs().stream().map(RunResult::map50).toList());
  }

  /** Returns a value within 0 to 1; NaN stays. */
  static double cut(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
