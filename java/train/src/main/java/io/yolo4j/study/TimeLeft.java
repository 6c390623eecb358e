package io.yolo4j.study;

import java.util.ArrayList;
import java.util.List;

/**
 * Estimates how long a study still takes. A run's work is epochs × pictures × FLOPs; a run takes as
 * long as finished ones of its cell, else its work at the speed of all finished ones, else at that
 * of the run under way.
 */
public final class TimeLeft {
  /** Validation has no backward pass, which takes about two thirds of a training step. */
  private static final double VALIDATION_SHARE = 1. / 3;

  private final StudyPlan plan;
  private final List<StudyRun> finished = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private final List<StudyRun> waiting;

  /** Starts with no run finished. */
  TimeLeft(StudyPlan plan) {
    this.plan = plan;
    waiting = new ArrayList<>(plan.runs());
  }

  /** A run is done and took so long. */
  void done(StudyRun run, double took) {
    waiting.remove(run);
    finished.add(run);
    seconds.add(took);
  }

  /** A run is under way, so it no longer waits. */
  void started(StudyRun run) {
    waiting.remove(run);
  }

  /**
   * Returns the seconds to the end of the study.
   *
   * @param current the run under way
   * @param elapsed seconds that it has taken
   * @param remaining seconds that it will take
   */
  public double seconds(StudyRun current, double elapsed, double remaining) {
    double sum = remaining;
    for (StudyRun run : waiting) {
      sum += estimate(run, current, elapsed + remaining);
    }
    return sum;
  }

  private double estimate(StudyRun run, StudyRun current, double currentSeconds) {
    double own = 0;
    double ownWork = 0;
    double all = 0;
    double allWork = 0;
    for (int i = 0; i < finished.size(); i++) {
      double work = work(finished.get(i));
      all += seconds.get(i);
      allWork += work;
      if (finished.get(i).cell().equals(run.cell())) {
        own += seconds.get(i);
        ownWork += work;
      }
    }
    if (ownWork > 0) {
      return work(run) * own / ownWork;
    }
    return allWork > 0 ? work(run) * all / allWork : work(run) * currentSeconds / work(current);
  }

  private double work(StudyRun run) {
    int validated = plan.data().validation().samples().size();
    return run.cell().options().epochs()
        * (run.pictures() + VALIDATION_SHARE * validated)
        * plan.network(run.cell()).flops();
  }
}
