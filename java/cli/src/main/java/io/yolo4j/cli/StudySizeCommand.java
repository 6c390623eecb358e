package io.yolo4j.cli;

import io.yolo4j.study.StudyPlans;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j study size}. */
@Command(
    name = "size",
    description = {
      "Find out how many training pictures are enough.",
      "Trains on parts of the pictures, equally many of each class, and draws the curve of mAP50."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "A picture counts for the class of most of its boxes. For each seed the parts lie one in",
      "another. Training pictures that look like a validation picture are left out. Ctrl-C ends a",
      "study after the batch under way; the same command goes on with it."
    })
final class StudySizeCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private StudyFlags study = new StudyFlags();

  @Option(
      names = "--sizes",
      paramLabel = "N,N…",
      split = ",",
      description = "Training pictures of each class. Default: 90,120,150,180,210,240,270.")
  private List<Integer> sizes = List.of(90, 120, 150, 180, 210, 240, 270);

  @Option(
      names = "--target",
      paramLabel = "X",
      defaultValue = "0.8",
      description = "The wanted mAP50: how many pictures reach it? Default: ${DEFAULT-VALUE}.")
  private double target;

  @Override
  public Integer call() throws IOException {
    OptionChecks.fraction("--target", target);
    return study.run(
        output, target, (base, data, seeds) -> StudyPlans.size(base, data, sizes, seeds));
  }
}
