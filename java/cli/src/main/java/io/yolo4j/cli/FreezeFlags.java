package io.yolo4j.cli;

import io.yolo4j.train.FreezePhases;
import io.yolo4j.train.FreezePlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what stands still in training, and until when. */
final class FreezeFlags {
  @Option(
      names = "--freeze",
      paramLabel = "ROWS",
      description =
          "Rows of the model that stand still: a number N for the first N, a list such as 0,2,5-9, names such as model.*.bn.*, or regex:….")
  private @Nullable String rows;

  @Option(
      names = "--freeze-epochs",
      paramLabel = "N",
      description = "Thaw them after N epochs. Default: never.")
  private @Nullable Integer epochs;

  @Option(
      names = "--thaw-rate",
      paramLabel = "X",
      description =
          "Learning rate after thawing, as a share of the one before. Default: 0.333, a third.")
  private @Nullable Double thawRate;

  /** Returns the phases, or the ones given where no option says otherwise. */
  FreezePhases over(FreezePhases given) {
    if (rows == null) {
      if (epochs != null || thawRate != null) {
        throw new CommandException(
            ExitCode.USAGE, "--freeze-epochs and --thaw-rate need --freeze, which is missing");
      }
      return given;
    }
    FreezePlan plan = new FreezePlan(rows);
    if (epochs == null) {
      if (thawRate != null) {
        throw new CommandException(
            ExitCode.USAGE, "--thaw-rate needs --freeze-epochs, which is missing");
      }
      return FreezePhases.always(plan);
    }
    OptionChecks.atLeast("--freeze-epochs", epochs, 1);
    return FreezePhases.thawing(
        plan, epochs, thawRate == null ? FreezePhases.THAWED_RATE : thawRate);
  }
}
