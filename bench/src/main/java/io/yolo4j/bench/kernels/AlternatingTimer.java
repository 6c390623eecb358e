package io.yolo4j.bench.kernels;

import io.yolo4j.bench.Median;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times forms side by side: all of them in every round, so that what slows the machine down for a
 * while slows all of them, and the medians over rounds leave it out.
 */
final class AlternatingTimer {
  private static final long WARM_UP_NANOS = 200_000_000;
  private static final long SAMPLE_NANOS = 4_000_000;

  private final OpenCase open;
  private final int rounds;
  private final Map<String, Series> series = new LinkedHashMap<>();
  private int turn;

  AlternatingTimer(OpenCase open, int rounds) {
    this.open = open;
    this.rounds = rounds;
  }

  /** A form's samples. */
  private static final class Series {
    final double[] seconds;
    final int runs;

    Series(int rounds, int runs) {
      seconds = new double[rounds];
      this.runs = runs;
    }
  }

  /** Returns the median seconds of one run of each form. */
  Map<String, Double> medians() {
    open.forms().forEach((name, form) -> series.put(name, new Series(rounds, warmUp(form))));
    for (int round = 0; round < rounds; round++) {
      int place = round;
      series.forEach((name, one) -> sample(open.form(name), one, place));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    series.forEach((name, one) -> medians.put(name, Median.of(one.seconds)));
    return medians;
  }

  /* Returns how many runs make a sample. */
  private int warmUp(KernelForm form) {
    long start = System.nanoTime();
    long runs = 0;
    long elapsed;
    do {
      run(form);
      runs++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < WARM_UP_NANOS);
    return (int) Math.max(1, SAMPLE_NANOS * runs / elapsed);
  }

  private void sample(KernelForm form, Series one, int round) {
    run(form); // the last form had the caches
    long start = System.nanoTime();
    for (int i = 0; i < one.runs; i++) {
      run(form);
    }
    one.seconds[round] = (System.nanoTime() - start) / 1e9 / one.runs;
  }

  private void run(KernelForm form) {
    form.run(turn);
    turn = (turn + 1) % open.copies();
  }
}
