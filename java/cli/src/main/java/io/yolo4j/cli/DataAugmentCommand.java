package io.yolo4j.cli;

import io.yolo4j.augment.AugmentOptions;
import io.yolo4j.augment.AugmentedDataset;
import io.yolo4j.augment.PictureAugmenter;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import io.yolo4j.data.split.SampleGroups;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import io.yolo4j.files.AtomicFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data augment}. */
@Command(
    name = "augment",
    description = {
      "Write changed copies of the training pictures, with their labels.",
      "Only training pictures are multiplied, and none that validation or test has too, or one that looks the same. Training itself changes pictures anew in each epoch; this is for other tools, and to look at. OUT gets images/PART/, labels/PART/ and data.yaml; the files that are read are never changed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataAugmentCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();
  @Mixin private DataSetOption data = new DataSetOption();
  @Mixin private HyperparameterFlags hyperparameters = new HyperparameterFlags();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; it must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--factor",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How many times as many training pictures there are afterwards, at least 2. Default: ${DEFAULT-VALUE}.")
  private int factor;

  @Option(
      names = "--imgsz",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Put copies into squares of this side, as in training, mosaics included. Default: 0, pictures keep their size, and there are no mosaics.")
  private int imageSize;

  @Option(
      names = "--images",
      paramLabel = "HOW",
      defaultValue = "copy",
      description =
          "How original pictures come into OUT: copy, link (another name of the same file) or symlink. Default: ${DEFAULT-VALUE}.")
  private Placement placement = Placement.COPY;

  @Option(
      names = "--duplicates",
      paramLabel = "WHAT",
      defaultValue = "near",
      description =
          "Which training pictures count as those of other parts, and are left out: near, those that look the same; exact, those of the same pixels; or ignore. Default: ${DEFAULT-VALUE}.")
  private Duplicates duplicates = Duplicates.NEAR;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another seed changes copies otherwise. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    OptionChecks.atLeast("--factor", factor, 2);
    OptionChecks.atLeast("--imgsz", imageSize, 0);
    AtomicFolder.check(out);
    AugmentOptions augment = hyperparameters.read(null, output).augmentation();
    if (imageSize == PictureAugmenter.OWN_SIZE) {
      augment = augment.withMosaic(0).withMosaic9(0).withMixup(0).withCopyPaste(0);
    }
    if (!augment.any()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--set, --hyp: nothing would change: all strengths are 0"
              + (imageSize == PictureAugmenter.OWN_SIZE
                  ? " (without --imgsz those of mosaics are)"
                  : ""));
    }
    Map<Split, Dataset> parts = data.parts(data.config(), cacheOptions.cache(output.environment()));
    parts.values().forEach(part -> IssueList.print(output, part.issues()));
    leaveOut(parts);
    AugmentedDataset.Report report;
    try (Progress progress = Progress.of(output, "copies")) {
      report =
          AugmentedDataset.write(
              parts,
              new AugmentedDataset.Options(factor, augment, imageSize, placement, seed),
              out,
              progress::to);
    }
    print(report);
    return ExitCode.DONE;
  }

  /** Leaves out of training what other parts have, and what cannot be decoded. */
  private void leaveOut(Map<Split, Dataset> parts) {
    SampleGroups groups;
    try (Progress progress = Progress.of(output, "pictures")) {
      groups = OverlapText.groups(output, parts, Split.TRAIN, duplicates, progress);
    }
    IssueList.print(output, groups.issues());
    List<Path> unread = groups.issues().stream().map(issue -> issue.file()).toList();
    List<Sample> kept =
        groups.groups().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparing(sample -> sample.image().toString()))
            .toList();
    parts.replaceAll(
        (split, part) ->
            new Dataset(
                part.name(),
                part.classNames(),
                split == Split.TRAIN
                    ? kept
                    : part.samples().stream()
                        .filter(sample -> !unread.contains(sample.image()))
                        .toList(),
                part.issues()));
  }

  private void print(AugmentedDataset.Report report) {
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("data", report.file().toString());
      json.put("pictures", report.pictures());
      json.put("boxes", report.boxes());
      json.put("made", report.made());
      json.put("made_boxes", report.madeBoxes());
      json.put("emptied", report.emptied());
      output.printJson(json);
      return;
    }
    output
        .out()
        .printf(
            "%d training pictures with %d boxes, and %d changed copies with %d%n",
            report.pictures(), report.boxes(), report.made(), report.madeBoxes());
    if (report.emptied() > 0) {
      output.out().printf("%d copies have no object left%n", report.emptied());
    }
    output.out().println("data set file: " + report.file());
  }
}
