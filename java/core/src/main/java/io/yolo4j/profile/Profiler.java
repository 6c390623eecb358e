package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.MeasurableExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Measures a network step by step. Runs with timed steps and without take turns, so that both see
 * the same machine; figures are medians over the runs.
 *
 * <p>Threads: not safe; measure on an otherwise idle machine.
 */
public final class Profiler {
  /**
   * How to measure.
   *
   * @param runs timed runs, at least 3
   * @param warmup runs before them, at least 1
   * @param counters whether some runs more are made in which the counters of the CPU, or of the GPU
   *     that works the steps off, are read around each step
   */
  public record Options(int runs, int warmup, boolean counters) {
    /** Checks the values. */
    public Options {
      if (runs < 3 || warmup < 1) {
        throw new IllegalArgumentException(
            "profiling needs at least 3 runs and 1 warm-up, got %d and %d".formatted(runs, warmup));
      }
    }

    /** Options without counters of each step. */
    public Options(int runs, int warmup) {
      this(runs, warmup, false);
    }

    /** Returns the default: 30 runs after 5, without counters of each step. */
    public static Options defaults() {
      return new Options(30, 5);
    }

    /** Returns a copy with or without counters of each step. */
    public Options withCounters(boolean changed) {
      return new Options(runs, warmup, changed);
    }
  }

  /**
   * What is measured.
   *
   * @param model its name
   * @param backboneRows rows of its description that are the backbone
   * @param height of the picture, pixels
   * @param width of the picture, pixels
   * @param type of weights and feature maps
   */
  public record Subject(String model, int backboneRows, int height, int width, ElementType type) {}

  /**
   * A network that is measured beside others.
   *
   * @param executor what runs it; stays the caller's
   */
  public record Entrant(MeasurableExecutor executor, Subject subject) {}

  /** Turns that networks take, so that what drifts doesn't go into their difference. */
  private static final int MOST_BLOCKS = 10;

  private final MeasurableExecutor executor;
  private final Options options;
  private final BooleanSupplier cancelled;

  /**
   * Creates a profiler.
   *
   * @param executor stays the caller's
   * @param cancelled asked between runs
   */
  public Profiler(MeasurableExecutor executor, Options options, BooleanSupplier cancelled) {
    this.executor = executor;
    this.options = options;
    this.cancelled = cancelled;
  }

  /**
   * Measures.
   *
   * @param roofs of the processor, with the executor's number of threads
   * @throws CancellationException if cancelled
   */
  public Profile profile(Subject subject, Roofs roofs) {
    return inTurns(List.of(new Entrant(executor, subject)), options, roofs, cancelled).get(0);
  }

  /**
   * Measures several networks in turns: some runs of each, in alternating order, and again. After
   * each change of the network one run isn't timed, in which its weights come back into the caches.
   *
   * @param entrants at least one
   * @param roofs of the processor, with the executors' number of threads
   * @param cancelled asked between runs
   * @return a profile for each, in order
   * @throws CancellationException if cancelled
   */
  public static List<Profile> inTurns(
      List<Entrant> entrants, Options options, Roofs roofs, BooleanSupplier cancelled) {
    return inTurns(entrants, options, roofs, cancelled, Openers.HERE);
  }

  /**
   * What counts.
   *
   * @param process opens the counters of this process and its CPU
   * @param gpu opens those of a GPU
   */
  record Openers(CounterSource.Opener process, GpuCounterSource.Opener gpu) {
    /** Those of this machine. */
    static final Openers HERE =
        new Openers(CounterSource::ofThisProcess, GpuCounterSource::ofDevice);
  }

  /** As above, with what counts. */
  static List<Profile> inTurns(
      List<Entrant> entrants,
      Options options,
      Roofs roofs,
      BooleanSupplier cancelled,
      Openers openers) {
    List<Measurement> all = new ArrayList<>();
    try {
      entrants.forEach(entrant -> all.add(new Measurement(entrant, options, openers)));
      return new Turns(all, options, cancelled).profiles(roofs);
    } finally {
      all.forEach(Measurement::close);
    }
  }

  private record Turns(List<Measurement> all, Options options, BooleanSupplier cancelled) {
    List<Profile> profiles(Roofs roofs) {
      List<StepSamples> small = new ArrayList<>();
      for (Measurement one : all) {
        checkGoesOn();
        small.add(one.smallest(options.warmup()));
        for (int i = 0; i < options.warmup(); i++) {
          checkGoesOn();
          one.warmUp();
        }
      }
      int blocks = Math.min(MOST_BLOCKS, options.runs());
      for (int block = 0; block < blocks; block++) {
        block(block, blocks);
      }
      List<Profile> profiles = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        profiles.add(all.get(i).profile(small.get(i), roofs, all.size() == 1 ? 1 : blocks));
      }
      return profiles;
    }

    private void block(int block, int blocks) {
      List<Measurement> order = new ArrayList<>(all);
      if (block % 2 == 1) {
        Collections.reverse(order);
      }
      for (Measurement one : order) {
        if (all.size() > 1) {
          one.warmUp();
        }
        int end = options.runs() * (block + 1) / blocks;
        for (int run = options.runs() * block / blocks; run < end; run++) {
          checkGoesOn();
          one.run(run);
        }
      }
    }

    private void checkGoesOn() {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("profiling was cancelled");
      }
    }
  }
}
