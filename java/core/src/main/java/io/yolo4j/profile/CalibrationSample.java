package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * A step that was measured, as a calibration sees it.
 *
 * @param operation its class
 * @param category its category
 * @param compute seconds of its FLOPs at the peak
 * @param memory seconds of its bytes at the levels' bandwidths
 * @param seconds what it took
 * @param paged whether page faults took a part of that which shows
 */
public record CalibrationSample(
    String operation,
    Category category,
    double compute,
    double memory,
    double seconds,
    boolean paged) {
  /** A step that pays this share of its time for page faults tells little of its class. */
  private static final double PAGING_SHARE = 0.1;

  /** Checks the values. */
  public CalibrationSample {
    if (!(compute >= 0 && memory >= 0 && seconds >= 0)) {
      throw new IllegalArgumentException(
          "times of a calibration sample must not be negative, got %s, %s and %s for %s"
              .formatted(compute, memory, seconds, operation));
    }
  }

  /**
   * Returns the steps of a profile.
   *
   * @param graph the network as the executor ran it, of which the profile is
   */
  public static List<CalibrationSample> of(Profile profile, Graph graph) {
    List<CalibrationSample> samples = new ArrayList<>();
    for (ProfiledLayer layer : profile.layers()) {
      samples.add(
          new CalibrationSample(
              OperationClass.of(graph, layer.work()),
              layer.work().category(),
              layer.roof().compute(),
              layer.roof().memory(),
              layer.time().p50(),
              layer.counts().paging().exceeds(PAGING_SHARE * layer.time().p50())));
    }
    return samples;
  }
}
