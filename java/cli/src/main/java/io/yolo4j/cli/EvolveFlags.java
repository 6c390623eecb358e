package io.yolo4j.cli;

import io.yolo4j.train.EvolutionBudget;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an evolution of hyper-parameters. */
final class EvolveFlags {
  private static final int SECONDS_PER_HOUR = 3600;

  @Option(
      names = "--evolve",
      paramLabel = "N",
      description =
          "Search better hyper-parameters in N whole runs; with the --out of an earlier search it goes on.")
  private @Nullable Integer trials;

  @Option(
      names = "--evolve-hours",
      paramLabel = "X",
      description = "Start no run of the search after X hours.")
  private @Nullable Double hours;

  /** Returns the budget; empty where no evolution is asked for. */
  Optional<EvolutionBudget> budget() {
    if (trials != null) {
      OptionChecks.atLeast("--evolve", trials, 1);
    }
    if (hours != null && !(hours > 0)) {
      throw new CommandException(ExitCode.USAGE, "--evolve-hours must be above 0, got " + hours);
    }
    if (hours == null) {
      return trials == null ? Optional.empty() : Optional.of(EvolutionBudget.ofTrials(trials));
    }
    Duration time = Duration.ofSeconds(Math.max(1, Math.round(hours * SECONDS_PER_HOUR)));
    return Optional.of(
        trials == null ? EvolutionBudget.ofTime(time) : new EvolutionBudget(trials, time));
  }
}
