package io.yolo4j.train;

import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.ValidationResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The same run with several seeds: how much of a difference is chance.
 *
 * <p>Each run lies in the folder {@code seed<N>} inside that of the options. Threads: {@link #run}
 * on one thread; {@link #cancel} from any.
 */
public final class SeedStudy {
  private final TrainOptions options;
  private final List<Long> seeds;
  private final List<Trainer> trainers = new ArrayList<>();

  /**
   * Prepares the runs.
   *
   * @throws IllegalArgumentException if there is no seed, or one twice
   */
  public SeedStudy(TrainOptions options, List<Long> seeds) {
    if (seeds.isEmpty() || new HashSet<>(seeds).size() != seeds.size()) {
      throw new IllegalArgumentException(
          "a study needs at least one seed, and each only once, got " + seeds);
    }
    this.options = options;
    this.seeds = List.copyOf(seeds);
    for (long seed : seeds) {
      trainers.add(
          Trainer.of(
              options.with(
                  builder -> builder.seed(seed).folder(options.folder().resolve("seed" + seed)))));
    }
  }

  /** One seed's outcome. */
  public record SeedResult(long seed, TrainingResult result) {}

  /**
   * What the seeds give together, each run at its best epoch.
   *
   * @param runs in the order of the seeds; fewer where somebody cancelled
   * @param metrics by name: precision, recall, mAP50, mAP50-95
   * @param ap50 by class name
   * @param ap50To95 by class name
   */
  public record Result(
      List<SeedResult> runs,
      Map<String, MeanAndDeviation> metrics,
      Map<String, MeanAndDeviation> ap50,
      Map<String, MeanAndDeviation> ap50To95) {}

  /** Returns the options that the runs share. */
  public TrainOptions options() {
    return options;
  }

  /** Asks the run that is under way to end, see {@link Trainer#cancel}; no other one starts. */
  public void cancel() {
    trainers.forEach(Trainer::cancel);
  }

  /**
   * Runs one seed after the other.
   *
   * @param listeners gives each run its listener
   * @throws IOException as {@link Trainer#run}
   */
  public Result run(Function<TrainOptions, TrainingListener> listeners) throws IOException {
    List<SeedResult> runs = new ArrayList<>();
    for (int i = 0; i < trainers.size(); i++) {
      Trainer trainer = trainers.get(i);
      TrainingResult result = trainer.run(listeners.apply(trainer.options()));
      runs.add(new SeedResult(seeds.get(i), result));
      if (result.end() == TrainingResult.End.CANCELLED) {
        break;
      }
    }
    return summary(runs);
  }

  private static Result summary(List<SeedResult> runs) {
    List<ValidationResult> best =
        runs.stream().flatMap(run -> run.result().bestValidation().stream()).toList();
    Map<String, MeanAndDeviation> metrics = new LinkedHashMap<>();
    Map<String, MeanAndDeviation> ap50 = new LinkedHashMap<>();
    Map<String, MeanAndDeviation> ap50To95 = new LinkedHashMap<>();
    if (!best.isEmpty()) {
      metrics.put("precision", over(best, ValidationResult::precision));
      metrics.put("recall", over(best, ValidationResult::recall));
      metrics.put("mAP50", over(best, ValidationResult::map50));
      metrics.put("mAP50-95", over(best, ValidationResult::map50To95));
      for (ClassResult one : best.get(0).classes()) {
        ap50.put(one.name(), over(best, v -> of(v, one).ap50()));
        ap50To95.put(one.name(), over(best, v -> of(v, one).ap50To95()));
      }
    }
    return new Result(runs, metrics, ap50, ap50To95);
  }

  private static ClassResult of(ValidationResult validation, ClassResult wanted) {
    return validation.classes().stream()
        .filter(c -> c.classId() == wanted.classId())
        .findFirst()
        .orElseThrow();
  }

  private static MeanAndDeviation over(
      List<ValidationResult> results, ToDoubleFunction<ValidationResult> value) {
    return MeanAndDeviation.of(results.stream().map(value::applyAsDouble).toList());
  }
}
