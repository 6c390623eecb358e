package io.yolo4j.study;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.profile.Timing;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times trained networks on each backend: in turns, so that a disturbance meets all of them, one
 * picture of random pixels at a time.
 */
final class NetworkClock implements AutoCloseable {
  private static final int WARMUP = 3;

  private final List<Entrant> entrants = new ArrayList<>();
  private final int runs;

  private NetworkClock(int runs) {
    this.runs = runs;
  }

  /** What is timed; without an executor it could not be made. */
  private record Entrant(
      String cell, String backend, @Nullable Executor executor, ImageBatch batch, String problem) {}

  /**
   * Times networks.
   *
   * @param models a model file for each cell
   */
  static List<NetworkTime> times(Map<StudyCell, Path> models, int runs) throws IOException {
    try (NetworkClock clock = new NetworkClock(runs)) {
      for (Map.Entry<StudyCell, Path> one : models.entrySet()) {
        clock.add(one.getKey(), one.getValue());
      }
      return clock.measure();
    }
  }

  private void add(StudyCell cell, Path file) throws IOException {
    LoadedModel model = LoadedModel.open(file, Optional.empty());
    TrainOptions options = cell.options();
    ImageBatch batch = ImageBatch.noise(1, options.imageSize(), options.imageSize());
    entrants.add(
        new Entrant(
            cell.name(),
            "torch",
            TorchExecutor.create(model.graph(), model.state(), options.torch()),
            batch,
            ""));
    PlanOptions plan = PlanOptions.defaults().withThreads(options.torch().threads());
    try {
      Executor executor = PlanExecutor.create(model.graph(), model.state(), plan);
      entrants.add(new Entrant(cell.name(), "onednn", executor, batch, ""));
    } catch (UnsupportedOperationException e) {
      entrants.add(new Entrant(cell.name(), "onednn", null, batch, String.valueOf(e.getMessage())));
    }
  }

  private List<NetworkTime> measure() {
    List<Runnable> works = new ArrayList<>();
    for (Entrant entrant : entrants) {
      Executor executor = entrant.executor();
      if (executor != null) {
        works.add(() -> executor.run(entrant.batch()));
      }
    }
    Iterator<Timing> measured = Timing.inTurns(works, WARMUP, runs).iterator();
    return entrants.stream()
        .map(entrant -> time(entrant, entrant.executor() == null ? null : measured.next()))
        .toList();
  }

  private NetworkTime time(Entrant entrant, @Nullable Timing timing) {
    if (timing == null) {
      return new NetworkTime(
          entrant.cell(),
          entrant.backend(),
          0,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          entrant.problem());
    }
    return new NetworkTime(
        entrant.cell(),
        entrant.backend(),
        runs,
        1e3 * timing.minimum(),
        1e3 * timing.p50(),
        1e3 * timing.p95(),
        null);
  }

  @Override
  public void close() {
    for (Entrant entrant : entrants) {
      Executor executor = entrant.executor();
      if (executor != null) {
        executor.close();
      }
    }
  }
}
