package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.Split;
import io.yolo4j.data.split.SampleGroups;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import io.yolo4j.data.split.StratifiedSubset;
import io.yolo4j.data.split.SubsetFiles;
import io.yolo4j.data.split.SubsetOptions;
import io.yolo4j.files.AtomicFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data subset}. */
@Command(
    name = "subset",
    description = {
      "Choose some pictures of a part so that every class is represented.",
      "Pictures that look the same are chosen together or not at all, and never where another part has them. OUT gets lists of files, manifest.json and data.yaml; pictures and labels stay where they are."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataSubsetCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();
  @Mixin private DataSetOption data = new DataSetOption();

  @ArgGroup(multiplicity = "1")
  private Size size = new Size();

  /** How large it is: one of the two. */
  static final class Size {
    @Option(
        names = "--per-class",
        paramLabel = "N",
        required = true,
        description =
            "Pictures that show each class: exactly N where pictures show one class each, at least N else.")
    private int perClass;

    @Option(
        names = "--total",
        paramLabel = "N",
        required = true,
        description =
            "Pictures in all; each class keeps its share, pictures without objects theirs.")
    private int total;
  }

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; it must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description =
          "The part to choose from: train, val or test; the others stay whole. Default: ${DEFAULT-VALUE}.")
  private Split split = Split.TRAIN;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description =
          "Choose by these classes alone; pictures that show none of them are left out, labels of other classes on the chosen ones stay. Default: all.")
  private @Nullable List<String> classes;

  @Option(
      names = "--background",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "With --per-class: pictures without objects besides. Default: ${DEFAULT-VALUE}.")
  private int background;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Another seed chooses other pictures; a smaller subset of the same seed lies in a larger one. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--duplicates",
      paramLabel = "WHAT",
      defaultValue = "near",
      description =
          "What counts as the same: near, pictures that look the same; exact, those of the same pixels; or ignore. Default: ${DEFAULT-VALUE}.")
  private Duplicates duplicates = Duplicates.NEAR;

  @Override
  public Integer call() throws IOException {
    AtomicFolder.check(out);
    DatasetConfig config = data.config();
    SubsetOptions options = options(config);
    ScanCache cache = cacheOptions.cache(output.environment());
    Map<Split, Dataset> parts = data.parts(config, cache);
    SampleGroups groups;
    try (Progress progress = Progress.of(output, "pictures")) {
      groups = OverlapText.groups(output, parts, split, duplicates, progress);
    }
    parts.values().forEach(part -> IssueList.print(output, part.issues()));
    IssueList.print(output, groups.issues());
    StratifiedSubset subset = StratifiedSubset.of(groups.groups(), config.names(), options);
    Path file = SubsetFiles.write(parts, split, subset, options, out);
    for (int id : subset.absent()) {
      output
          .err()
          .printf(
              "yolo4j: class '%s' has no boxes in '%s': it is not in the subset%n",
              config.names().get(id), split.key());
    }
    print(parts.get(split), subset, file);
    return ExitCode.DONE;
  }

  private SubsetOptions options(DatasetConfig config) {
    List<Integer> ids = new ArrayList<>();
    for (String name : classes == null ? List.<String>of() : classes) {
      int id = config.names().indexOf(name.strip());
      if (id < 0) {
        throw new CommandException(
            ExitCode.USAGE,
            "--classes: the data set has no class '%s', only %s"
                .formatted(name.strip(), config.names()));
      }
      ids.add(id);
    }
    try {
      return new SubsetOptions(size.perClass, size.total, background, ids, seed);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE, "--per-class, --total, --background: " + e.getMessage());
    }
  }

  private void print(@Nullable Dataset whole, StratifiedSubset subset, Path file) {
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("data", file.toString());
      json.put("part", split.key());
      json.put("images", subset.samples().size());
      json.put("images_per_class", subset.shownOn());
      output.printJson(json);
      return;
    }
    Table table = new Table(List.of("pictures of " + split.key(), "chosen", "of"));
    if (whole != null) {
      for (int i = 0; i < whole.classNames().size(); i++) {
        int id = i;
        long all =
            whole.samples().stream()
                .filter(s -> s.labels().stream().anyMatch(label -> label.classId() == id))
                .count();
        table.row(List.of("with " + whole.classNames().get(id), subset.shownOn().get(id), all));
      }
      long empty = subset.samples().stream().filter(s -> s.labels().isEmpty()).count();
      long allEmpty = whole.samples().stream().filter(s -> s.labels().isEmpty()).count();
      table.row(List.of("without boxes", empty, allEmpty));
      table.row(List.of("all", subset.samples().size(), whole.samples().size()));
    }
    table.print(output.out());
    output.out().println("data set file: " + file);
  }
}
