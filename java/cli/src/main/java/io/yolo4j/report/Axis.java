package io.yolo4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * An axis of a chart.
 *
 * @param title what is shown, with its unit
 * @param low its lower end
 * @param high its upper end, over the lower
 * @param step distance of marks
 */
record Axis(String title, double low, double high, double step) {
  private static final int MOST_MARKS = 6;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  /** Checks the values. */
  Axis {
    if (!(low < high && step > 0)) {
      throw new IllegalArgumentException(
          "an axis needs low < high and a positive step, got %s, %s and %s"
              .formatted(low, high, step));
    }
  }

  /** Returns the axis of fractions from 0 to 1. */
  static Axis fraction(String title) {
    return new Axis(title, 0, 1, 0.2);
  }

  /** Returns the axis of epochs from 1 on, with marks at whole ones. */
  static Axis epochs(String title, int last) {
    return new Axis(title, 1, Math.max(2, last), Math.max(1, niceStep(Math.max(1, last - 1))));
  }

  /**
   * Returns an axis that holds all finite values, from 0 on where they don't lie far from it; from
   * 0 to 1 where there is none.
   */
  static Axis around(String title, DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).toArray();
    double least = DoubleStream.of(finite).min().orElse(0);
    double most = DoubleStream.of(finite).max().orElse(1);
    if (least >= 0 && least < 0.5 * most) {
      least = 0;
    }
    if (!(least < most)) {
      double margin = most == 0 ? 1 : Math.abs(most) / 2;
      least = most == 0 ? 0 : least - margin;
      most += margin;
    }
    double step = niceStep(most - least);
    return new Axis(
        title, step * Math.floor(least / step), step * Math.ceil(most / step * (1 - 1e-9)), step);
  }

  private static double niceStep(double span) {
    double raw = span / (MOST_MARKS - 1);
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double step : STEPS) {
      if (step * decade >= raw * (1 - 1e-9)) {
        return step * decade;
      }
    }
    return 10 * decade;
  }

  /** Returns the places of the marks. */
  List<Double> marks() {
    List<Double> marks = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-9);
    for (long i = first; i * step <= high + 1e-9 * step; i++) {
      marks.add(i * step);
    }
    return marks;
  }

  /** Returns the text of a mark. */
  static String text(double mark) {
    return Numbers.significant(mark, 4);
  }

  /** Returns where a value lies: 0 at the lower end, 1 at the upper. */
  double share(double value) {
    return (value - low) / (high - low);
  }
}
