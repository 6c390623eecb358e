package io.yolo4j.bench.kernels;

import io.yolo4j.bench.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times forms side by side: all of them in every round, so that what slows the machine down for a
 * while slows all of them, and the medians over rounds leave it out.
 */
final class AlternatingTimer {
  private static final long WARM_UP_NANOS = 200_000_000;
  private static final long SAMPLE_NANOS = 4_000_000;
  /* What a form may take that needs a second for a run. */
  private static final double MOST_SECONDS = 10;
  private static final int FEWEST_SAMPLES = 3;

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
    final List<Double> seconds = new ArrayList<>();
    final int runs;
    double spent;

    Series(int runs) {
      this.runs = runs;
    }

    boolean isEnough() {
      return spent > MOST_SECONDS && seconds.size() >= FEWEST_SAMPLES;
    }
  }

  /** Returns the median seconds of one run of each form. */
  Map<String, Double> medians() {
    open.forms().forEach((name, form) -> series.put(name, new Series(warmUp(form))));
    for (int round = 0; round < rounds; round++) {
      series.forEach((name, one) -> sample(open.form(name), one));
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

  private void sample(KernelForm form, Series one) {
    if (one.isEnough()) {
      return;
    }
    if (one.runs > 1) {
      run(form); // the last form had the caches
    }
    long start = System.nanoTime();
    for (int i = 0; i < one.runs; i++) {
      run(form);
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    one.spent += elapsed;
    one.seconds.add(elapsed / one.runs);
  }

  private void run(KernelForm form) {
    form.run(turn);
    turn = (turn + 1) % open.copies();
  }
}
