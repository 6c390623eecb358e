package io.yolo4j.cli;

import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.split.FoldFiles;
import io.yolo4j.data.split.FoldPlan;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import io.yolo4j.files.AtomicFolder;
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

/** {@code yolo4j data kfold}. */
@Command(
    name = "kfold",
    description = {
      "Divide training and validation pictures into folds for cross-validation.",
      "Each fold is measured on once, and learnt from in all others. Pictures that look the same are in one fold. OUT gets a folder with data.yaml and lists for each fold, and manifest.json; pictures and labels stay where they are."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataKfoldCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();
  @Mixin private DataSetOption data = new DataSetOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; it must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--folds",
      paramLabel = "K",
      defaultValue = "5",
      description = "How many folds, at least 2. Default: ${DEFAULT-VALUE}.")
  private int folds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another seed gives another division. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--duplicates",
      paramLabel = "WHAT",
      defaultValue = "near",
      description =
          "What stays in one fold: near, pictures that look the same; exact, those of the same pixels; or ignore. Default: ${DEFAULT-VALUE}.")
  private Duplicates duplicates = Duplicates.NEAR;

  @Override
  public Integer call() throws IOException {
    OptionChecks.atLeast("--folds", folds, 2);
    AtomicFolder.check(out);
    DatasetConfig config = data.config();
    FoldPlan plan;
    try (Progress progress = Progress.of(output, "pictures")) {
      plan =
          FoldPlan.of(
              config,
              data.scan(),
              cacheOptions.cache(output.environment()),
              new FoldPlan.Options(folds, duplicates, seed),
              progress::to);
    }
    List<Path> files = FoldFiles.write(plan, out);
    IssueList.print(output, plan.issues());
    OverlapText.print(output, plan.overlaps(), "'train' and 'val'");
    reportGaps(plan);
    if (output.json()) {
      output.printJson(json(plan, files));
    } else {
      print(plan, files);
    }
    return ExitCode.DONE;
  }

  /** Rare classes: what a fold lacks cannot be measured there. */
  private void reportGaps(FoldPlan plan) {
    for (int i = 0; i < plan.classNames().size(); i++) {
      int id = i;
      int all = count(plan.entries().stream().map(FoldPlan.Entry::sample).toList(), id);
      long lacking = validations(plan).stream().filter(samples -> count(samples, id) == 0).count();
      if (all == 0) {
        output.err().printf("yolo4j: class '%s' has no boxes%n", plan.classNames().get(id));
      } else if (lacking > 0) {
        output
            .err()
            .printf(
                "yolo4j: class '%s' has too few pictures, %d: %d of %d folds have none%n",
                plan.classNames().get(id), all, lacking, folds);
      }
    }
  }

  private static List<List<Sample>> validations(FoldPlan plan) {
    List<List<Sample>> validations = new ArrayList<>();
    for (int fold = 0; fold < plan.options().folds(); fold++) {
      validations.add(plan.validation(fold));
    }
    return validations;
  }

  private static int count(List<Sample> samples, int id) {
    return (int)
        samples.stream()
            .filter(s -> s.labels().stream().anyMatch(label -> label.classId() == id))
            .count();
  }

  private static long together(FoldPlan plan) {
    return plan.entries().stream().filter(e -> !e.group().equals(e.sample().image())).count();
  }

  private void print(FoldPlan plan, List<Path> files) {
    List<List<Sample>> validations = validations(plan);
    List<String> header = new ArrayList<>(List.of("pictures measured on"));
    for (int fold = 1; fold <= folds; fold++) {
      header.add("fold " + fold);
    }
    Table table = new Table(header);
    for (int i = 0; i < plan.classNames().size(); i++) {
      int id = i;
      add(table, validations, "with " + plan.classNames().get(id), samples -> count(samples, id));
    }
    add(
        table,
        validations,
        "without boxes",
        samples -> (int) samples.stream().filter(s -> s.labels().isEmpty()).count());
    add(table, validations, "all", List::size);
    table.print(output.out());
    if (together(plan) > 0) {
      output
          .out()
          .printf("pictures kept together with one that counts as the same: %d%n", together(plan));
    }
    files.forEach(file -> output.out().println("data set file: " + file));
  }

  private static void add(
      Table table, List<List<Sample>> folds, String name, ToIntFunction<List<Sample>> count) {
    List<Object> row = new ArrayList<>(List.of(name));
    folds.forEach(samples -> row.add(count.applyAsInt(samples)));
    table.row(row);
  }

  private static Map<String, Object> json(FoldPlan plan, List<Path> files) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("names", plan.classNames());
    json.put("together", together(plan));
    List<Object> folds = new ArrayList<>();
    for (int fold = 0; fold < files.size(); fold++) {
      List<Sample> validation = plan.validation(fold);
      List<Integer> images = new ArrayList<>();
      for (int id = 0; id < plan.classNames().size(); id++) {
        images.add(count(validation, id));
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("data", files.get(fold).toString());
      one.put("train", plan.training(fold).size());
      one.put("val", validation.size());
      one.put("val_images_per_class", images);
      folds.add(one);
    }
    json.put("folds", folds);
    return json;
  }
}
