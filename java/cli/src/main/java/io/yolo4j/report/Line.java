package io.yolo4j.report;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * A line of a chart. Immutable. Points whose y is not finite are gaps.
 *
 * <p>x rises.
 */
final class Line {
  /** How it is drawn. */
  enum Weight {
    /** One of many. */
    THIN,
    /** One of a few. */
    NORMAL,
    /** What the chart is about. */
    BOLD
  }

  private final String name;
  private final Ink ink;
  private final Weight weight;
  private final double[] x;
  private final double[] y;

  private Line(String name, Ink ink, Weight weight, double[] x, double[] y) {
    this.name = name;
    this.ink = ink;
    this.weight = weight;
    this.x = x;
    this.y = y;
  }

  /** Returns the line through that many points. */
  static Line sampled(
      String name, Ink ink, Weight weight, int points, List<IntToDoubleFunction> xAndY) {
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 0; i < points; i++) {
      x[i] = xAndY.get(0).applyAsDouble(i);
      y[i] = xAndY.get(1).applyAsDouble(i);
    }
    return new Line(name, ink, weight, x, y);
  }

  /** Returns a line over the epochs, which count from 1 for people. */
  static Line ofEpochs(
      String name, Ink ink, List<EpochRow> epochs, ToDoubleFunction<EpochRow> value) {
    return new Line(
        name,
        ink,
        Weight.NORMAL,
        epochs.stream().mapToDouble(row -> row.epoch() + 1).toArray(),
        epochs.stream().mapToDouble(value).toArray());
  }

  String name() {
    return name;
  }

  Ink ink() {
    return ink;
  }

  Weight weight() {
    return weight;
  }

  int points() {
    return x.length;
  }

  double x(int point) {
    return x[point];
  }

  /** Returns a value; NaN in a gap. */
  double y(int point) {
    return Double.isFinite(y[point]) ? y[point] : Double.NaN;
  }

  /** Returns the values that are no gaps. */
  DoubleStream values() {
    return DoubleStream.of(y).filter(Double::isFinite);
  }

  /** Returns whether there is anything to draw. */
  boolean isEmpty() {
    return values().findAny().isEmpty();
  }

  /** Returns the last value; NaN where there is none. */
  double last() {
    return values().reduce((first, second) -> second).orElse(Double.NaN);
  }
}
