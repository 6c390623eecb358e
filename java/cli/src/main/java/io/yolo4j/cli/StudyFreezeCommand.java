package io.yolo4j.cli;

import io.yolo4j.study.StudyPlans;
import io.yolo4j.train.FreezePhases;
import io.yolo4j.train.FreezePlan;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j study freeze}. */
@Command(
    name = "freeze",
    description =
        "Find out whether freezing pays: rows frozen, frozen and then thawed, or not at all.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Freezing is for networks that start from trained weights, so give --weights. Ctrl-C ends a",
      "study after the batch under way; the same command goes on with it."
    })
final class StudyFreezeCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private StudyFlags study = new StudyFlags();

  @Option(
      names = "--freeze",
      paramLabel = "ROWS",
      defaultValue = "10",
      description =
          "Rows of the model that stand still: a number N for the first N, a list such as 0,2,5-9, names such as model.*.bn.*, or regex:…. Default: ${DEFAULT-VALUE}, YOLOv5's backbone.")
  private String rows = "10";

  @Option(
      names = "--freeze-epochs",
      paramLabel = "N",
      description = "Epochs before they thaw. Default: half of all.")
  private @Nullable Integer epochs;

  @Option(
      names = "--thaw-rate",
      paramLabel = "X",
      description =
          "Learning rate after thawing, as a share of the one before. Default: 0.333, a third.")
  private @Nullable Double thawRate;

  @Override
  public Integer call() throws IOException {
    return study.run(
        output,
        0,
        (base, data, seeds) ->
            StudyPlans.freeze(
                base,
                data,
                FreezePhases.thawing(
                    new FreezePlan(rows),
                    epochs == null ? base.epochs() / 2 : epochs,
                    thawRate == null ? FreezePhases.THAWED_RATE : thawRate),
                seeds));
  }
}
