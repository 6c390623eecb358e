package io.yolo4j.kernels;

import io.yolo4j.bindings.Cupti;
import io.yolo4j.bindings.CuptiCounting;
import io.yolo4j.bindings.CuptiSession;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Counts on a GPU: the same work once a pass, in ranges that the caller names.
 *
 * <pre>{@code
 * try (GpuCounting counting = counters.begin(0, metrics, 2)) {
 *   do {
 *     counting.beginPass();
 *     counting.push("backbone");
 *     backbone();
 *     counting.pop();
 *     counting.push("head");
 *     head();
 *     counting.pop();
 *   } while (counting.endPass());
 *   Map<String, Map<String, Double>> values = counting.values();
 * }
 * }</pre>
 *
 * <p>Where all of the work is one range, {@link #count} does that.
 *
 * <p>Every pass must do the same work in ranges of the same names; ranges don't overlap. Work that
 * a GPU queues belongs to the range in which it was enqueued. Counting disturbs, so times are taken
 * from another run: {@link GpuEvents}.
 *
 * <p><b>Not run on hardware yet.</b>
 *
 * <p>Threads: one at a time. Ownership: the caller closes it before the {@link GpuCounters}; use
 * after close throws {@link IllegalStateException}.
 */
public final class GpuCounting implements AutoCloseable {
  /** Room for a range's name. */
  private static final int NAME = 1024;

  private static final String WHOLE = "all";

  private final CuptiSession session;
  private final List<String> metrics;
  private boolean closed;

  private GpuCounting(CuptiSession session, List<String> metrics) {
    this.session = session;
    this.metrics = List.copyOf(metrics);
  }

  static GpuCounting begin(Cupti cupti, int device, List<String> metrics, int ranges) {
    try (MetricNames names = new MetricNames(metrics);
        PointerPointer<CuptiSession> session = new PointerPointer<>(1);
        CuptiCounting counting = new CuptiCounting()) {
      counting
          .struct_size(counting.sizeof())
          .device(device)
          .ranges(ranges)
          .metric_count(names.count());
      NativeLibrary.check(
          "yolo4j_cupti_session_begin",
          Yolo4j.yolo4j_cupti_session_begin(cupti, counting, names.pointers(), session));
      return new GpuCounting(session.get(CuptiSession.class), metrics);
    }
  }

  /** Returns what is counted, in the order of the values. */
  public List<String> metrics() {
    return metrics;
  }

  /**
   * Counts work as a whole: runs it once a pass, always in the same range.
   *
   * @param work does the same each time, and has been done by the device when it returns
   * @return the values by metric
   * @throws NativeException if anything was counted before, or CUPTI fails
   */
  public Map<String, Double> count(Runnable work) {
    do {
      beginPass();
      push(WHOLE);
      work.run();
      pop();
    } while (endPass());
    return values().getOrDefault(WHOLE, Map.of());
  }

  /**
   * Begins a pass.
   *
   * @throws NativeException if one has begun, or the values are there already
   */
  public void beginPass() {
    NativeLibrary.check(
        "yolo4j_cupti_session_begin_pass", Yolo4j.yolo4j_cupti_session_begin_pass(opened()));
  }

  /**
   * Begins a range.
   *
   * @param range its name, under which its values are found
   * @throws NativeException outside of a pass or within another range
   */
  public void push(String range) {
    NativeLibrary.check(
        "yolo4j_cupti_session_push", Yolo4j.yolo4j_cupti_session_push(opened(), range));
  }

  /**
   * Ends the range.
   *
   * @throws NativeException outside of one
   */
  public void pop() {
    NativeLibrary.check("yolo4j_cupti_session_pop", Yolo4j.yolo4j_cupti_session_pop(opened()));
  }

  /**
   * Ends a pass and returns whether the same work has to run once more.
   *
   * @throws NativeException outside of a pass, within a range, or if there were more ranges than
   *     the counting was begun with
   */
  public boolean endPass() {
    int[] another = new int[1];
    NativeLibrary.check(
        "yolo4j_cupti_session_end_pass", Yolo4j.yolo4j_cupti_session_end_pass(opened(), another));
    return another[0] == 1;
  }

  /**
   * Returns what was counted: by the range's name, by the metric's.
   *
   * @throws NativeException before the last pass has ended
   */
  public Map<String, Map<String, Double>> values() {
    long[] count = new long[1];
    NativeLibrary.check(
        "yolo4j_cupti_session_range_count",
        Yolo4j.yolo4j_cupti_session_range_count(opened(), count));
    Map<String, Map<String, Double>> all = new LinkedHashMap<>();
    byte[] name = new byte[NAME];
    double[] values = new double[metrics.size()];
    for (int range = 0; range < count[0]; range++) {
      NativeLibrary.check(
          "yolo4j_cupti_session_range_name",
          Yolo4j.yolo4j_cupti_session_range_name(session, range, name, NAME));
      NativeLibrary.check(
          "yolo4j_cupti_session_values",
          Yolo4j.yolo4j_cupti_session_values(session, range, values, values.length));
      Map<String, Double> byMetric = new LinkedHashMap<>();
      for (int i = 0; i < values.length; i++) {
        byMetric.put(metrics.get(i), values[i]);
      }
      all.put(NativeText.of(name), byMetric);
    }
    return all;
  }

  /** Ends it, in whatever state; the GPU goes back to ordinary work. Closing twice is fine. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Yolo4j.yolo4j_cupti_session_end(session);
    }
  }

  private CuptiSession opened() {
    if (closed) {
      throw new IllegalStateException("the counting is closed");
    }
    return session;
  }
}
