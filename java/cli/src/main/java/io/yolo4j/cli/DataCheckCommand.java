package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.quality.CheckReport;
import io.yolo4j.data.quality.DatasetCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data check}. */
@Command(
    name = "check",
    description = {
      "Check the pictures and labels of a data set.",
      "Prints every flaw with file and line. The files are only read."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is wrong", "1:something is wrong", "2:wrong usage"})
final class DataCheckCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The data set's YAML file.")
  private Path data = Path.of("");

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "skip",
      description =
          "Pictures without a label file: skip, which reports them, or background. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.SKIP;

  @Option(
      names = "--bad-boxes",
      paramLabel = "WHAT",
      defaultValue = "drop",
      description =
          "Boxes outside the picture: drop or clip; the report shows what becomes of them. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.BadBoxes badBoxes = ScanOptions.BadBoxes.DROP;

  @Option(
      names = "--quick",
      description =
          "Read the pictures' headers only: cut-off pictures and duplicates are not found.")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    DatasetConfig config = DatasetConfig.read(data);
    ScanOptions options =
        ScanOptions.defaults().withMissingLabels(missingLabels).withBadBoxes(badBoxes);
    CheckReport report;
    try (Progress progress = Progress.of(output, "pictures")) {
      report =
          DatasetCheck.run(
              config, options, cacheOptions.cache(output.environment()), !quick, progress::to);
    }
    switch (output.format()) {
      case TABLE -> print(report);
      case JSON -> output.printJson(json(report));
      case CSV -> csv(report).printCsv(output.out());
    }
    return report.good() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(CheckReport report) {
    Table table = new Table(List.of("part", "pictures", "background", "boxes", "issues"));
    for (CheckReport.Part part : report.parts()) {
      String name = part.split().key();
      if (part.error() != null) {
        output.out().println(part.error());
      }
      part.issues().forEach(issue -> output.out().println(name + ": " + issue));
      Dataset dataset = part.dataset();
      table.row(
          List.of(
              name,
              dataset == null ? 0 : dataset.samples().size(),
              dataset == null ? 0 : background(dataset),
              dataset == null ? 0 : dataset.labels(),
              part.issues().size() + (part.error() == null ? 0 : 1)));
    }
    report.shared().forEach(output.out()::println);
    if (!report.good()) {
      output.out().println();
    }
    table.print(output.out());
    Map<DataIssue.Kind, Integer> counts = new EnumMap<>(DataIssue.Kind.class);
    report.issues().forEach(issue -> counts.merge(issue.kind(), 1, Integer::sum));
    if (report.good()) {
      output.out().println("no issues");
    } else if (!counts.isEmpty()) {
      output.out().println("issues: " + IssueList.summary(counts));
    }
  }

  private static long background(Dataset dataset) {
    return dataset.samples().stream().filter(sample -> sample.labels().isEmpty()).count();
  }

  private static Table csv(CheckReport report) {
    Table table = new Table(List.of("part", "kind", "file", "line", "message"));
    for (CheckReport.Part part : report.parts()) {
      String name = part.split().key();
      if (part.error() != null) {
        table.row(List.of(name, "unusable part", "", 0, part.error()));
      }
      part.issues().forEach(issue -> table.row(row(name, issue)));
    }
    report.shared().forEach(issue -> table.row(row("", issue)));
    return table;
  }

  private static List<Object> row(String part, DataIssue issue) {
    return List.of(part, IssueList.text(issue.kind()), issue.file(), issue.line(), issue.message());
  }

  private Map<String, Object> json(CheckReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", data.toString());
    json.put("good", report.good());
    Map<String, Object> parts = new LinkedHashMap<>();
    for (CheckReport.Part part : report.parts()) {
      Dataset dataset = part.dataset();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("images", dataset == null ? 0 : dataset.samples().size());
      one.put("background", dataset == null ? 0 : background(dataset));
      one.put("boxes", dataset == null ? 0 : dataset.labels());
      if (part.error() != null) {
        one.put("error", part.error());
      }
      one.put("issues", part.issues().stream().map(DataCheckCommand::json).toList());
      parts.put(part.split().key(), one);
    }
    json.put("parts", parts);
    json.put("shared", report.shared().stream().map(DataCheckCommand::json).toList());
    return json;
  }

  private static Map<String, Object> json(DataIssue issue) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", IssueList.text(issue.kind()));
    json.put("file", issue.file().toString());
    json.put("line", issue.line());
    json.put("message", issue.message());
    return json;
  }
}
