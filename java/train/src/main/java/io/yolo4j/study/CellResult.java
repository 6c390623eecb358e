package io.yolo4j.study;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came out of a cell.
 *
 * @param cell the alternative
 * @param runs its finished runs, in the order of the seeds; at least one
 */
public record CellResult(StudyCell cell, List<RunResult> runs) {
  /** Copies the list. */
  public CellResult {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(cell.name() + ": a result needs at least one run");
    }
  }

  /** Returns the estimate of a figure over the seeds. */
  public Estimate estimate(ToDoubleFunction<RunResult> figure) {
    return Estimate.of(runs.stream().map(figure::applyAsDouble).toList());
  }

  /** Returns the estimate of mAP50, by which cells are ranked. */
  public Estimate map50() {
    return estimate(RunResult::map50);
  }
}
