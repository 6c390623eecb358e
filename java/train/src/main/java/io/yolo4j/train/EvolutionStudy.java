package io.yolo4j.train;

import io.yolo4j.eval.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Evolves hyper-parameters with whole training runs: the fitness of a set is the best one of its
 * run, 0 where the loss ran away.
 *
 * <p>The folder of the options gets {@code evolution.csv} with all trials, {@code hyp_best.yaml}
 * after each, and a folder {@code trial<N>} per run. A study that finds its CSV file goes on after
 * the last trial. Threads: {@link #run} on one thread; {@link #cancel} from any.
 */
public final class EvolutionStudy {
  private final TrainOptions options;
  private final EvolutionBudget budget;
  private volatile boolean cancelled;
  private volatile @Nullable Trainer current;

  /** Prepares the study. */
  public EvolutionStudy(TrainOptions options, EvolutionBudget budget) {
    this.options = options;
    this.budget = budget;
  }

  /** Asks the run that is under way to end; it counts as no trial, and no other one starts. */
  public void cancel() {
    cancelled = true;
    Trainer running = current;
    if (running != null) {
      running.cancel();
    }
  }

  /**
   * Runs trials until the budget is used up.
   *
   * @param listeners gives each run its listener
   * @return the fittest trial; empty where somebody cancelled the first
   * @throws IOException as {@link Trainer#run}
   */
  public Optional<Evolution.Trial> run(Function<TrainOptions, TrainingListener> listeners)
      throws IOException {
    Files.createDirectories(options.folder());
    Evolution evolution =
        Evolution.open(
            options.folder().resolve("evolution.csv"), options.hyperparameters(), options.seed());
    long start = System.nanoTime();
    while (!cancelled
        && evolution.trials().size() < budget.trials()
        && Duration.ofNanos(System.nanoTime() - start).compareTo(budget.time()) < 0) {
      Optional<Double> fitness = trial(evolution, listeners);
      if (fitness.isPresent()) {
        evolution.add(fitness.get());
        evolution
            .best()
            .orElseThrow()
            .hyperparameters()
            .write(options.folder().resolve("hyp_best.yaml"));
      }
    }
    return evolution.best();
  }

  private Optional<Double> trial(
      Evolution evolution, Function<TrainOptions, TrainingListener> listeners) throws IOException {
    TrainOptions one =
        options.with(
            builder ->
                builder
                    .hyperparameters(evolution.next())
                    .folder(free("trial" + evolution.trials().size())));
    Trainer trainer = Trainer.of(one);
    current = trainer;
    if (cancelled) {
      return Optional.empty();
    }
    try {
      TrainingResult result = trainer.run(listeners.apply(one));
      return result.end() == TrainingResult.End.CANCELLED
          ? Optional.empty()
          : Optional.of(result.bestValidation().map(ValidationResult::fitness).orElse(0.0));
    } catch (LossNotFiniteException e) {
      return Optional.of(0.0);
    }
  }

  /** A trial that was cut off has left its folder; it is run again beside it. */
  private Path free(String name) {
    Path folder = options.folder().resolve(name);
    for (int i = 2; Files.exists(folder); i++) {
      folder = options.folder().resolve(name + "-" + i);
    }
    return folder;
  }
}
