package io.yolo4j.cli;

import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Label;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.split.SplitFiles;
import io.yolo4j.data.split.SplitOptions;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import io.yolo4j.data.split.SplitPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data split}. */
@Command(
    name = "split",
    description = {
      "Divide a data set into parts with the same share of every class.",
      "Equal pictures stay in one part. OUT gets lists of files, manifest.json and data.yaml; pictures and labels stay where they are."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataSplitCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The data set's YAML file; its parts are joined and divided anew.")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; it must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--val-share",
      paramLabel = "X",
      defaultValue = "0.1",
      description = "Share of the pictures for validation. Default: ${DEFAULT-VALUE}.")
  private double valShare;

  @Option(
      names = "--test-share",
      paramLabel = "X",
      defaultValue = "0",
      description = "Share of the pictures for the last test. Default: ${DEFAULT-VALUE}.")
  private double testShare;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another seed gives another division. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--duplicates",
      paramLabel = "WHAT",
      defaultValue = "exact",
      description =
          "What stays in one part: exact, pictures of the same pixels; near, also those that look the same; or ignore. Default: ${DEFAULT-VALUE}.")
  private Duplicates duplicates = Duplicates.EXACT;

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "skip",
      description =
          "Pictures without a label file: skip, or background. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.SKIP;

  @Option(
      names = "--force",
      description =
          "Write into OUT though it is not empty; files of the same names are replaced, others stay.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    SplitOptions options = options();
    DatasetConfig config = DatasetConfig.read(data);
    SplitFiles.check(out, config, force);
    SplitPlan plan;
    try (Progress progress = Progress.of(output, "pictures")) {
      plan =
          SplitPlan.of(
              config,
              ScanOptions.defaults().withMissingLabels(missingLabels),
              cacheOptions.cache(output.environment()),
              options,
              progress::to);
    }
    Path file = SplitFiles.write(plan, out);
    IssueList.print(output, plan.issues());
    reportGaps(plan);
    if (output.json()) {
      output.printJson(json(plan, file));
    } else {
      print(plan, file);
    }
    return ExitCode.DONE;
  }

  private SplitOptions options() {
    try {
      return SplitOptions.defaults()
          .withShares(valShare, testShare)
          .withDuplicates(duplicates)
          .withSeed(seed);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--val-share, --test-share: " + e.getMessage());
    }
  }

  /** Rare classes: what a part lacks cannot be learnt or measured there. */
  private void reportGaps(SplitPlan plan) {
    for (int i = 0; i < plan.classNames().size(); i++) {
      int id = i;
      if (count(plan.entries(), id) == 0) {
        continue;
      }
      plan.parts()
          .forEach(
              (split, entries) -> {
                if (count(entries, id) == 0) {
                  output
                      .err()
                      .printf(
                          "yolo4j: class '%s' has too few pictures: none is in %s%n",
                          plan.classNames().get(id), split.key());
                }
              });
    }
  }

  private static int count(List<SplitPlan.Entry> entries, int id) {
    return (int)
        entries.stream()
            .filter(e -> e.sample().labels().stream().anyMatch(label -> label.classId() == id))
            .count();
  }

  private static int boxes(List<SplitPlan.Entry> entries, int id) {
    return (int)
        entries.stream()
            .flatMap(e -> e.sample().labels().stream())
            .mapToInt(Label::classId)
            .filter(classId -> classId == id)
            .count();
  }

  private static int background(List<SplitPlan.Entry> entries) {
    return (int) entries.stream().filter(entry -> entry.sample().labels().isEmpty()).count();
  }

  private static long repeated(SplitPlan plan) {
    return plan.entries().stream().filter(SplitPlan.Entry::repeats).count();
  }

  private void print(SplitPlan plan, Path file) {
    List<String> header = new ArrayList<>(List.of("pictures"));
    plan.parts().keySet().forEach(split -> header.add(split.key()));
    Table table = new Table(header);
    for (int i = 0; i < plan.classNames().size(); i++) {
      int id = i;
      add(table, plan, "with " + plan.classNames().get(id), entries -> count(entries, id));
    }
    add(table, plan, "without boxes", DataSplitCommand::background);
    add(table, plan, "all", List::size);
    table.print(output.out());
    if (repeated(plan) > 0) {
      output
          .out()
          .printf(
              "pictures kept together with an equal one%s: %d%n",
              duplicates == Duplicates.NEAR ? ", or one that looks the same" : "", repeated(plan));
    }
    output.out().println("data set file: " + file);
  }

  private static void add(
      Table table, SplitPlan plan, String name, ToIntFunction<List<SplitPlan.Entry>> count) {
    List<Object> row = new ArrayList<>(List.of(name));
    plan.parts().values().forEach(entries -> row.add(count.applyAsInt(entries)));
    table.row(row);
  }

  private static Map<String, Object> json(SplitPlan plan, Path file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", file.toString());
    json.put("names", plan.classNames());
    json.put("repeated", repeated(plan));
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<Split, List<SplitPlan.Entry>> part : plan.parts().entrySet()) {
      List<SplitPlan.Entry> entries = part.getValue();
      List<Integer> images = new ArrayList<>();
      List<Integer> boxes = new ArrayList<>();
      for (int id = 0; id < plan.classNames().size(); id++) {
        images.add(count(entries, id));
        boxes.add(boxes(entries, id));
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("images", entries.size());
      one.put("background", background(entries));
      one.put("images_per_class", images);
      one.put("boxes_per_class", boxes);
      parts.put(part.getKey().key(), one);
    }
    json.put("splits", parts);
    return json;
  }
}
