package io.yolo4j.cli;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.CalibrationCache;
import io.yolo4j.profile.CalibrationNetwork;
import io.yolo4j.profile.CalibrationSample;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Profiler;
import io.yolo4j.profile.Roofs;
import io.yolo4j.runtime.MeasurableExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Calibrates an executor once, by short runs, and keeps what came out. */
final class CalibrationFlags {
  private static final List<String> NETWORKS = List.of("yolov5n", "yolov5s");
  private static final List<Activation.Kind> KINDS =
      List.of(Activation.Kind.SILU, Activation.Kind.HARDSWISH, Activation.Kind.RELU);
  private static final Profiler.Options SHORT = new Profiler.Options(9, 3);
  private static final int SIDE = 640;

  @Option(
      names = "--recalibrate",
      description =
          "Calibrate anew, half a minute. Else what came out is kept in YOLO4J_CACHE, by default ~/.cache/yolo4j.")
  private boolean anew;

  /**
   * What is calibrated.
   *
   * @param runtime what runs the operations
   * @param folding which batch norms are folded first
   * @param name what runs the operations, with all that changes times
   */
  record Target(NetworkRuntime runtime, Folding folding, String name) {
    /**
     * Returns a target whose name a calibration is kept by.
     *
     * @param executor its description, which tells all that changes times but folding
     */
    static Target of(NetworkRuntime runtime, Folding folding, String executor) {
      return new Target(
          runtime,
          folding,
          executor + (folding == Folding.ALL ? "" : ", batch norms folded: " + folding));
    }
  }

  /** Returns the calibration of a target: a kept one, or made now and kept. */
  Calibration calibration(Target target, Roofs roofs, Streams streams) throws IOException {
    Optional<CalibrationCache> cache =
        CacheOptions.defaultFolder(streams.environment()).map(CalibrationCache::new);
    Optional<Calibration> kept =
        anew ? Optional.empty() : cache.flatMap(c -> c.find(roofs, target.name()));
    if (kept.isPresent()) {
      return kept.get();
    }
    streams.err().println("yolo4j: calibrating the classes of operations, half a minute");
    streams.err().flush();
    Calibration calibration = new Runs(target, roofs).calibration();
    if (cache.isPresent()) {
      cache.get().keep(calibration);
    }
    return calibration;
  }

  /** The runs of a calibration. */
  private static final class Runs {
    private final Target target;
    private final Roofs roofs;
    private final List<CalibrationSample> samples = new ArrayList<>();
    private final List<Double> gaps = new ArrayList<>();

    Runs(Target target, Roofs roofs) {
      this.target = target;
      this.roofs = roofs;
    }

    Calibration calibration() throws IOException {
      for (Activation.Kind kind : KINDS) {
        Graph graph = CalibrationNetwork.of(kind);
        String name = "operations with " + kind.moduleType();
        measure(ProfiledModel.drawn(name, graph, 0), CalibrationNetwork.SIDES);
      }
      for (String name : NETWORKS) {
        measure(ProfiledModel.open(name, null), List.of(SIDE));
      }
      double[] sorted = gaps.stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      return Calibration.fit(roofs, target.name(), samples, sorted[sorted.length / 2]);
    }

    private void measure(ProfiledModel opened, List<Integer> sides) {
      ProfiledModel model = opened.folded(target.folding());
      try (MeasurableExecutor executor = target.runtime().create(model)) {
        for (int side : sides) {
          Profiler.Subject subject =
              new Profiler.Subject(
                  model.name(), model.backboneRows(), side, side, target.runtime().elementType());
          Profile profile = new Profiler(executor, SHORT, () -> false).profile(subject, roofs);
          samples.addAll(CalibrationSample.of(profile, executor.graph()));
          gaps.add(profile.gaps() / profile.layers().size());
        }
      }
    }
  }
}
