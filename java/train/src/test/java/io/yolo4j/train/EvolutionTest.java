package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.train.Evolution.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvolutionTest {
  private static final Hyperparameters START =
      Hyperparameters.defaults().with("lr0", 0.001).with("weight_decay", 0);

  @TempDir private Path folder;

  /** Best at a learning rate of 0.02 with a scale of 0.2. */
  private static double fitness(Hyperparameters set) {
    double rate = Math.log(set.lr0() / 0.02);
    double scale = set.scale() - 0.2;
    return Math.exp(-rate * rate - 4 * scale * scale);
  }

  @Test
  void run_hiddenOptimum_comesNearer() throws IOException {
    Evolution evolution = Evolution.open(file(), START, 1);
    Trial best = evolution.run(EvolutionTest::fitness, EvolutionBudget.ofTrials(150)).orElseThrow();
    assertThat(evolution.trials()).hasSize(150);
    assertThat(evolution.trials().get(0).hyperparameters()).isEqualTo(START);
    assertThat(evolution.trials().get(0).fitness()).isLessThan(0.01);
    assertThat(best.fitness()).isGreaterThan(0.8);
    assertThat(best.fitness()).isEqualTo(fitness(best.hyperparameters()));
    assertThat(evolution.best()).contains(best);
    assertThat(evolution.trials()).allMatch(trial -> trial.fitness() <= best.fitness());
  }

  @Test
  void run_interruptedAndReopened_triesTheSame() throws IOException {
    Evolution straight = Evolution.open(folder.resolve("straight.csv"), START, 7);
    straight.run(EvolutionTest::fitness, EvolutionBudget.ofTrials(12));

    Evolution stopped = Evolution.open(file(), START, 7);
    assertThatThrownBy(
            () ->
                stopped.run(
                    set -> {
                      if (stopped.trials().size() == 5) {
                        throw new CancellationException("stop");
                      }
                      return fitness(set);
                    },
                    EvolutionBudget.ofTrials(12)))
        .isInstanceOf(CancellationException.class);
    Evolution resumed = Evolution.open(file(), START, 7);
    assertThat(resumed.trials()).hasSize(5).isEqualTo(stopped.trials());
    resumed.run(EvolutionTest::fitness, EvolutionBudget.ofTrials(12));
    assertThat(resumed.trials()).isEqualTo(straight.trials());
    assertThat(file()).hasSameTextualContentAs(folder.resolve("straight.csv"));

    Evolution other = Evolution.open(folder.resolve("other.csv"), START, 8);
    other.run(EvolutionTest::fitness, EvolutionBudget.ofTrials(12));
    assertThat(other.trials()).isNotEqualTo(straight.trials());
  }

  @Test
  void run_timeUsedUp_endsAfterTheRunningTrial() throws IOException {
    long[] nanos = {0};
    Evolution evolution = Evolution.open(file(), START, 0, () -> nanos[0]);
    evolution.run(
        set -> {
          nanos[0] += Duration.ofMinutes(7).toNanos();
          return 0.5;
        },
        EvolutionBudget.ofTime(Duration.ofMinutes(20)));
    assertThat(evolution.trials()).hasSize(3);
  }

  @Test
  void add_fitnessThatIsNone_countsAsZero() throws IOException {
    Evolution evolution = Evolution.open(file(), START, 0);
    assertThat(evolution.best()).isEmpty();
    assertThat(evolution.add(Double.NaN).fitness()).isZero();
    assertThat(evolution.add(-3).fitness()).isZero();
    assertThat(evolution.add(0.4).number()).isEqualTo(2);
    assertThat(evolution.best().orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void add_fileThatCannotBeWritten_keepsTheTrialsAsTheyAre() throws IOException {
    Evolution evolution = Evolution.open(folder.resolve("none/evolve.csv"), START, 0);
    assertThatThrownBy(() -> evolution.add(0.5))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("evolve.csv: must lie in an existing folder");
    assertThat(evolution.trials()).isEmpty();
  }

  @Test
  void next_children_stayInTheirRangesAndDiffer() throws IOException {
    Evolution evolution = Evolution.open(file(), START, 3);
    for (int i = 0; i < 60; i++) {
      evolution.add(0.5);
    }
    assertThat(evolution.trials().stream().map(Trial::hyperparameters).distinct().count())
        .isEqualTo(60);
    for (Trial trial : evolution.trials().subList(1, 60)) {
      assertThat(trial.hyperparameters().iouT()).isEqualTo(START.iouT());
      MutationRange.all()
          .forEach(
              (one, range) -> {
                double value = one.of(trial.hyperparameters());
                assertThat(
                        value == one.of(START)
                            || (value >= range.least() && value <= range.greatest()))
                    .as("%s %s", one.key(), value)
                    .isTrue();
              });
    }
    // A weight decay of 0 and no rotation are not stuck, as they were if all steps were factors.
    assertThat(evolution.trials()).anyMatch(trial -> trial.hyperparameters().weightDecay() > 0);
    assertThat(evolution.trials()).anyMatch(trial -> trial.hyperparameters().degrees() > 0);
  }

  @Test
  void ranges_lieWithinWhatIsAllowed() {
    Map<Hyperparameter, MutationRange> all = MutationRange.all();
    assertThat(all).hasSize(27).doesNotContainKey(Hyperparameter.IOU_T);
    all.forEach(
        (one, range) -> {
          assertThat(range.least()).as(one.key()).isGreaterThanOrEqualTo(one.least());
          assertThat(range.greatest()).as(one.key()).isLessThanOrEqualTo(one.greatest());
          assertThat(one.defaultValue()).as(one.key()).isBetween(range.least(), range.greatest());
        });
  }

  @Test
  void mutate_factors_doubleAsOftenAsTheyHalve() {
    MutationRange range = new MutationRange(1e-6, 1e6, 0.5, true);
    Random random = new Random(4);
    double sum = 0;
    for (int i = 0; i < 2000; i++) {
      sum += Math.log(range.mutate(2, random) / 2);
    }
    assertThat(sum / 2000).isBetween(-0.05, 0.05);
  }

  @Test
  void open_damagedFile_namesTheLine() throws IOException {
    Evolution evolution = Evolution.open(file(), START, 0);
    evolution.add(0.5);
    evolution.add(0.6);
    List<String> lines = Files.readAllLines(file());
    assertThat(lines.get(0)).startsWith("trial,fitness,lr0,lrf,").endsWith(",grey,clahe");

    Files.write(file(), List.of(lines.get(0), lines.get(1), lines.get(2).substring(0, 20)));
    assertThatThrownBy(() -> Evolution.open(file(), START, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s: line 3: must hold trial 1 and 34 values, got '%s'",
            file(), lines.get(2).substring(0, 20));
    Files.write(file(), List.of(lines.get(0), lines.get(1).replaceFirst("0.001", "x")));
    assertThatThrownBy(() -> Evolution.open(file(), START, 0))
        .hasMessage(file() + ": line 2: must hold numbers, got 'x'");
    Files.write(file(), List.of(lines.get(0), lines.get(1).replaceFirst("0.001", "-1")));
    assertThatThrownBy(() -> Evolution.open(file(), START, 0))
        .hasMessage(file() + ": line 2: hyper-parameter lr0 must be from 0.0 to 10.0, got -1.0");
    Files.writeString(file(), "epoch,loss\n");
    assertThatThrownBy(() -> Evolution.open(file(), START, 0))
        .hasMessageStartingWith(
            file() + ": is no file of an evolution, its first line must be trial,fitness,lr0,");
  }

  @Test
  void budget_nothing_isRefused() {
    assertThatThrownBy(() -> EvolutionBudget.ofTrials(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trials must be at least 1, got 0");
    assertThatThrownBy(() -> EvolutionBudget.ofTime(Duration.ZERO))
        .hasMessage("the time must be above 0, got PT0S");
    assertThatThrownBy(() -> new MutationRange(0, 1, 0.1, true))
        .hasMessage(
            "a range of mutation must have growing ends, above 0 where steps are factors, and a width above 0, got 0.0 to 1.0, 0.1");
  }

  private Path file() {
    return folder.resolve("evolve.csv");
  }
}
