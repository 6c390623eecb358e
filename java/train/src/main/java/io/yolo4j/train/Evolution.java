package io.yolo4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Searches better hyper-parameters by mutation. The first trial measures the given ones; each later
 * one takes a parent out of the best so far, the fitter the likelier, and changes some of its
 * values by random steps ({@link MutationRange}).
 *
 * <p>Every trial is in a CSV file before the next begins. An evolution that finds its file goes on
 * after the last trial: what it tries next depends on seed, number of the trial and the trials
 * before alone, so that an interrupted evolution tries what an uninterrupted one would have.
 *
 * <p>Threads: one at a time.
 */
public final class Evolution {
  private static final int PARENTS = 5;
  private static final double MUTATED = 0.8;

  private final Path file;
  private final Hyperparameters initial;
  private final long seed;
  private final LongSupplier nanoTime;
  private final List<Trial> trials;

  private Evolution(
      Path file, Hyperparameters initial, long seed, LongSupplier nanoTime, List<Trial> trials) {
    this.file = file;
    this.initial = initial;
    this.seed = seed;
    this.nanoTime = nanoTime;
    this.trials = new ArrayList<>(trials);
  }

  /**
   * One run.
   *
   * @param number from 0
   * @param fitness what it reached
   * @param hyperparameters what it was run with
   */
  public record Trial(int number, double fitness, Hyperparameters hyperparameters) {}

  /**
   * Opens an evolution, or goes on with the one that the file holds.
   *
   * @param file CSV file of all trials; created with the first
   * @param initial what the first trial is run with
   * @throws IllegalArgumentException if the file is there and is none of an evolution, naming the
   *     line
   * @throws IOException if it cannot be read
   */
  public static Evolution open(Path file, Hyperparameters initial, long seed) throws IOException {
    return open(file, initial, seed, System::nanoTime);
  }

  static Evolution open(Path file, Hyperparameters initial, long seed, LongSupplier nanoTime)
      throws IOException {
    return new Evolution(file, initial, seed, nanoTime, TrialTable.read(file));
  }

  /** Returns all trials so far, in order. */
  public List<Trial> trials() {
    return Collections.unmodifiableList(trials);
  }

  /** Returns the fittest trial, of several the first. */
  public Optional<Trial> best() {
    return ranked().stream().findFirst();
  }

  /** Returns what the next trial is to be run with. */
  public Hyperparameters next() {
    if (trials.isEmpty()) {
      return initial;
    }
    Random random = Seeds.random(seed, trials.size());
    Hyperparameters parent = parent(random);
    Hyperparameters child = parent;
    while (child.equals(parent)) {
      child = mutated(parent, random);
    }
    return child;
  }

  /**
   * Adds what was run with {@link #next} to the trials and to the file.
   *
   * @param fitness the larger, the better; a negative one or none (NaN) counts as 0
   * @throws IOException if the file cannot be written; the trial is not added then
   */
  public Trial add(double fitness) throws IOException {
    Trial trial = new Trial(trials.size(), fitness > 0 ? fitness : 0, next());
    List<Trial> all = new ArrayList<>(trials);
    all.add(trial);
    TrialTable.write(file, all);
    trials.add(trial);
    return trial;
  }

  /**
   * Runs trials until the budget is used up.
   *
   * @param fitness trains with a set and returns its fitness; what it throws ends the evolution
   * @return the fittest trial; empty if the budget allowed none
   * @throws IOException if the file cannot be written
   */
  public Optional<Trial> run(ToDoubleFunction<Hyperparameters> fitness, EvolutionBudget budget)
      throws IOException {
    long start = nanoTime.getAsLong();
    while (trials.size() < budget.trials()
        && nanoTime.getAsLong() - start < budget.time().toNanos()) {
      add(fitness.applyAsDouble(next()));
    }
    return best();
  }

  private List<Trial> ranked() {
    return trials.stream().sorted(Comparator.comparingDouble(Trial::fitness).reversed()).toList();
  }

  /** One of the best, by the fitness that it has over the worst of them. */
  private Hyperparameters parent(Random random) {
    List<Trial> best = ranked().subList(0, Math.min(PARENTS, trials.size()));
    double worst = best.get(best.size() - 1).fitness();
    double[] shares = best.stream().mapToDouble(trial -> trial.fitness() - worst + 1e-6).toArray();
    double left = random.nextDouble() * Arrays.stream(shares).sum();
    int chosen = 0;
    while (chosen < shares.length - 1 && left >= shares[chosen]) {
      left -= shares[chosen++];
    }
    return best.get(chosen).hyperparameters();
  }

  private static Hyperparameters mutated(Hyperparameters parent, Random random) {
    Hyperparameters child = parent;
    for (Map.Entry<Hyperparameter, MutationRange> entry : MutationRange.all().entrySet()) {
      boolean changed = random.nextDouble() < MUTATED;
      double value = entry.getValue().mutate(entry.getKey().of(parent), random);
      if (changed) {
        child = child.with(entry.getKey().key(), value);
      }
    }
    return child;
  }
}
