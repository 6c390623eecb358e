package io.yolo4j.cli;

import io.yolo4j.study.StudyPlans;
import io.yolo4j.train.AugmentPreset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j study augment}. */
@Command(
    name = "augment",
    description = "Find out which augmentation helps: train with several and rank them by mAP50.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Presets: none; light = left-right flips, small shifts, a little brightness, no mosaic;",
      "default = YOLOv5's; and the default changed: aug2 = flipud 1, fliplr 1, scale 0; aug3 =",
      "flipud 1; aug5 = flipud 0.5; aug6 = aug5 and copy_paste 0.5; aug7 = aug5 and mixup 0.5;",
      "aug8, aug9 = aug6, aug5 for twice the epochs. Presets whose intervals overlap are not",
      "separated. Ctrl-C ends a study after the batch under way; the same command goes on with it."
    })
final class StudyAugmentCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private StudyFlags study = new StudyFlags();

  @Option(
      names = "--presets",
      paramLabel = "NAME,NAME…",
      split = ",",
      description = "Augmentations to compare. Default: none,light,default,aug5.")
  private List<String> presets = List.of("none", "light", "default", "aug5");

  @Override
  public Integer call() throws IOException {
    List<AugmentPreset> chosen = new ArrayList<>();
    for (String name : presets) {
      try {
        chosen.add(AugmentPreset.named(name));
      } catch (IllegalArgumentException e) {
        throw new CommandException(ExitCode.USAGE, "--presets: " + e.getMessage());
      }
    }
    return study.run(
        output, 0, (base, data, seeds) -> StudyPlans.augment(base, data, chosen, seeds));
  }
}
