package io.yolo4j.train;

import java.util.List;
import java.util.Optional;

/**
 * The schedule of a run that may thaw: each phase has a curve of its own over its epochs. The
 * second starts at its share of the initial rate and has no warm-up, since its momentum is warm.
 *
 * @param first up to the thaw, or to the end
 * @param second after the thaw; empty where nothing thaws
 * @param thawIteration the second's first iteration
 */
record PhasedSchedule(Schedule first, Optional<Schedule> second, long thawIteration) {
  /** Returns the schedule of a run. */
  static PhasedSchedule of(TrainOptions options, int batches) {
    ScheduleOptions curve =
        ScheduleOptions.defaults()
            .withCurve(
                options.linearSchedule()
                    ? ScheduleOptions.Curve.LINEAR
                    : ScheduleOptions.Curve.COSINE)
            .withWarmupFloor(options.warmupFloor())
            .withNominalBatch(options.nominalBatch())
            .withRateOfEpochBefore(options.compatible());
    Hyperparameters hyp = options.hyperparameters();
    List<FreezePhases.Phase> phases = options.freeze().phases(options.epochs());
    int thaw = phases.get(0).epochs();
    if (phases.size() == 1) {
      return new PhasedSchedule(
          new Schedule(hyp, options.epochs(), batches, options.batchSize(), curve),
          Optional.empty(),
          Long.MAX_VALUE);
    }
    Hyperparameters slower =
        hyp.with("lr0", hyp.lr0() * phases.get(1).rate()).with("warmup_epochs", 0);
    return new PhasedSchedule(
        new Schedule(hyp, thaw, batches, options.batchSize(), curve),
        Optional.of(
            new Schedule(
                slower,
                options.epochs() - thaw,
                batches,
                options.batchSize(),
                curve.withWarmupFloor(0))),
        (long) thaw * batches);
  }

  /** As {@link Schedule#rates}. */
  LearningRates rates(long iteration) {
    return at(iteration).rates(within(iteration));
  }

  /** As {@link Schedule#momentum}. */
  double momentum(long iteration) {
    return at(iteration).momentum(within(iteration));
  }

  /** As {@link Schedule#stepsAfter}. */
  boolean stepsAfter(long iteration, long lastStep) {
    long before = iteration - within(iteration);
    return at(iteration).stepsAfter(within(iteration), lastStep - before);
  }

  /** As {@link Schedule#weightDecay}; both phases have the same. */
  double weightDecay() {
    return first.weightDecay();
  }

  /** As {@link Schedule#advice}. */
  Optional<String> advice() {
    return first.advice();
  }

  private Schedule at(long iteration) {
    return iteration < thawIteration ? first : second.orElseThrow();
  }

  private long within(long iteration) {
    return iteration < thawIteration ? iteration : iteration - thawIteration;
  }
}
