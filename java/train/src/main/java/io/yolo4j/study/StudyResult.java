package io.yolo4j.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a study has found out, at its end or until somebody stopped it.
 *
 * @param plan what was to be trained
 * @param runs the finished runs, in the plan's order
 * @param times of the networks, where the study is of networks and complete
 */
public record StudyResult(StudyPlan plan, List<RunResult> runs, List<NetworkTime> times) {
  /** Copies the lists. */
  public StudyResult {
    runs = List.copyOf(runs);
    times = List.copyOf(times);
  }

  /** Returns whether all runs are done. */
  public boolean complete() {
    return runs.size() == plan.runs().size();
  }

  /** Returns the cells that have a finished run, in the plan's order. */
  public List<CellResult> cells() {
    List<CellResult> cells = new ArrayList<>();
    for (StudyCell cell : plan.cells()) {
      List<RunResult> own = runs.stream().filter(run -> run.cell().equals(cell.name())).toList();
      if (!own.isEmpty()) {
        cells.add(new CellResult(cell, own));
      }
    }
    return cells;
  }

  /** Returns the cells by mAP50, with what intervals leave open. */
  public Ranking ranking() {
    return Ranking.of(cells());
  }

  /**
   * Returns how many pictures reach a wanted mAP50; empty where no run is finished.
   *
   * @throws IllegalStateException if the study is not one of sizes
   */
  public Optional<SizeAnswer> pictures(double target) {
    if (plan.kind() != StudyKind.SIZE) {
      throw new IllegalStateException(
          "a study of the %s knows no sizes".formatted(plan.kind().title()));
    }
    List<CellResult> curve = cells();
    return curve.isEmpty() ? Optional.empty() : Optional.of(SizeAnswer.of(curve, target));
  }

  /** Returns the answer in sentences. */
  public List<String> answer(double target) {
    if (runs.isEmpty()) {
      return List.of("No run is finished.");
    }
    return plan.kind() == StudyKind.SIZE
        ? pictures(target).map(SizeAnswer::text).map(List::of).orElseThrow()
        : ranking().sentences();
  }

  /** Returns the seconds that all finished runs took. */
  public double seconds() {
    return runs.stream().mapToDouble(RunResult::seconds).sum();
  }

  /** Returns what the figures are, for who reads them. */
  public String legend() {
    int seeds = plan.seeds().size();
    return seeds == 1
        ? "One seed: no interval. Each run at its best epoch on the validation pictures."
        : "Mean ± standard deviation over %d seeds, %.0f %% t-interval of the mean. Each run at its best epoch on the validation pictures."
            .formatted(seeds, 100 * Estimate.CONFIDENCE);
  }
}
