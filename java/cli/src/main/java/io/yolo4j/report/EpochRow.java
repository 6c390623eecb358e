package io.yolo4j.report;

import io.yolo4j.eval.AveragePrecision;
import io.yolo4j.train.EpochResult;
import java.util.EnumMap;
import java.util.Map;

/**
 * A line of {@code results.csv}.
 *
 * @param epoch from 0
 * @param values what is known of it
 */
record EpochRow(int epoch, Map<Column, Double> values) {
  /** Checks the epoch and copies the map. */
  EpochRow {
    if (epoch < 0) {
      throw new IllegalArgumentException("an epoch must be at least 0, got " + epoch);
    }
    values = Map.copyOf(values);
  }

  /** Returns the row of an epoch. */
  static EpochRow of(EpochResult result) {
    Map<Column, Double> values = new EnumMap<>(Column.class);
    for (Column column : Column.values()) {
      double value = column.of(result);
      if (!Double.isNaN(value)) {
        values.put(column, value);
      }
    }
    return new EpochRow(result.epoch(), values);
  }

  /** Returns a value; NaN where the epoch has none. */
  double value(Column column) {
    return values.getOrDefault(column, Double.NaN);
  }

  /** Returns what decides on the best epoch; NaN where the epoch was not validated. */
  double fitness() {
    return AveragePrecision.fitness(value(Column.MAP50), value(Column.MAP50_TO_95));
  }
}
