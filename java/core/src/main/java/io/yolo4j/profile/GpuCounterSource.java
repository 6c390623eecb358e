package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.GpuCounters;
import io.yolo4j.kernels.GpuCounting;
import java.util.Map;
import java.util.Optional;

/**
 * What counts on a GPU while a network runs on it: CUPTI, or what a test plays. The same work runs
 * once a pass, in ranges of the same names.
 *
 * <p>Threads: any, one at a time. Ownership: who opens it closes it, after which the GPU works as
 * ever.
 */
public interface GpuCounterSource extends AutoCloseable {
  /** Opens counters. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens those of a device, with the tensor cores' operations where its chip can count them.
     *
     * @param device the GPU, from 0
     * @param ranges how many differently named ranges at most
     * @param type of weights and feature maps
     * @throws UnsupportedOperationException if nothing can be counted there, saying why
     * @throws io.yolo4j.kernels.NativeException if CUPTI is missing or fails
     */
    GpuCounterSource open(int device, int ranges, ElementType type);
  }

  /** Returns what is counted. */
  CounterSet counted();

  /** Begins a pass. */
  void beginPass();

  /** Begins a range, outside of others. */
  void push(String range);

  /** Ends it. */
  void pop();

  /** Ends a pass and returns whether the same work has to run once more. */
  boolean endPass();

  /** Returns, after the last pass, values by range and metric. */
  Map<String, Map<String, Double>> values();

  @Override
  void close();

  /** Opens CUPTI's counters of a device. */
  static GpuCounterSource ofDevice(int device, int ranges, ElementType type) {
    GpuCounters counters = GpuCounters.open();
    try {
      Optional<String> obstacle = counters.whyNot(device);
      if (obstacle.isPresent()) {
        throw new UnsupportedOperationException(obstacle.get());
      }
      CounterSet set = CounterSet.of(counters.chip(device)).withTensorIfCounted(type);
      return new Cupti(counters, counters.begin(device, set.metrics(), ranges), set);
    } catch (RuntimeException e) {
      counters.close();
      throw e;
    }
  }

  /**
   * CUPTI's.
   *
   * @param counters closed with this
   * @param counting closed before them
   */
  record Cupti(GpuCounters counters, GpuCounting counting, CounterSet counted)
      implements GpuCounterSource {
    @Override
    public void beginPass() {
      counting.beginPass();
    }

    @Override
    public void push(String range) {
      counting.push(range);
    }

    @Override
    public void pop() {
      counting.pop();
    }

    @Override
    public boolean endPass() {
      return counting.endPass();
    }

    @Override
    public Map<String, Map<String, Double>> values() {
      return counting.values();
    }

    @Override
    public void close() {
      counting.close();
      counters.close();
    }
  }
}
