package io.yolo4j.cli;

import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import io.yolo4j.data.convert.ConversionReport;
import io.yolo4j.data.merge.DatasetMerge;
import io.yolo4j.data.merge.MergeOptions;
import io.yolo4j.data.merge.MergeReport;
import io.yolo4j.data.merge.MergeReport.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j data merge}. */
@Command(
    name = "merge",
    description = {
      "Make one data set of several, or one with fewer or other classes.",
      "Classes of one name become one. Of pictures with the same pixels one stays; what is measured on is never learnt from. OUT gets images/PART/SET/, labels/PART/SET/ and data.yaml; the files that are read are never changed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataMergeCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The data sets' YAML files.")
  private List<Path> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; it must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--map",
      paramLabel = "OLD=NEW",
      description =
          "A class's new name; 2:OLD=NEW means that of the second data set alone. Two may become one.")
  private Map<String, String> mapping = new LinkedHashMap<>();

  @Option(
      names = "--names",
      paramLabel = "NAME",
      split = ",",
      description =
          "The classes in the order of their ids; objects of others are left out. Default: all, as the sets come.")
  private @Nullable List<String> names;

  @Option(
      names = "--images",
      paramLabel = "HOW",
      defaultValue = "copy",
      description =
          "How pictures come into OUT: copy, link (another name of the same file) or symlink. Default: ${DEFAULT-VALUE}.")
  private Placement placement = Placement.COPY;

  @Option(
      names = "--keep-repeated",
      description = "Keep all pictures of the same pixels, as long as they are in one part.")
  private boolean keepRepeated;

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "skip",
      description =
          "Pictures without a label file: skip, or background. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.SKIP;

  @Override
  public Integer call() throws IOException {
    List<DatasetConfig> sets = new ArrayList<>();
    for (Path file : files) {
      sets.add(DatasetConfig.read(file));
    }
    MergeReport report;
    try (Progress progress = Progress.of(output, "pictures")) {
      report =
          DatasetMerge.write(
              sets, options(), cacheOptions.cache(output.environment()), out, progress::to);
    }
    IssueList.print(output, report.written().issues());
    reportEmpty(report.written());
    if (output.json()) {
      output.printJson(json(report));
    } else {
      print(report);
    }
    return ExitCode.DONE;
  }

  private MergeOptions options() {
    try {
      return MergeOptions.defaults()
          .withMapping(mapping)
          .withClassNames(names == null ? List.of() : names.stream().map(String::strip).toList())
          .withPlacement(placement)
          .withKeepRepeated(keepRepeated)
          .withScan(ScanOptions.defaults().withMissingLabels(missingLabels));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--map: " + e.getMessage());
    }
  }

  private void reportEmpty(ConversionReport written) {
    for (int id = 0; id < written.classNames().size(); id++) {
      if (written.boxes(id) == 0) {
        output.err().printf("yolo4j: class '%s' has no boxes%n", written.classNames().get(id));
      }
    }
  }

  private void print(MergeReport report) {
    ConversionReport written = report.written();
    List<String> header = new ArrayList<>(List.of("boxes"));
    written.parts().keySet().stream().sorted().forEach(split -> header.add(split.key()));
    Table table = new Table(header);
    for (int i = 0; i < written.classNames().size(); i++) {
      int id = i;
      add(table, written, written.classNames().get(id), part -> part.boxes().get(id));
    }
    add(table, written, "pictures", ConversionReport.Part::images);
    add(table, written, "- without boxes", ConversionReport.Part::background);
    table.print(output.out());
    count(report.count(Reason.REPEATED), "pictures left out: another has the same pixels");
    count(
        report.count(Reason.OTHER_LABELS),
        "pictures left out: another has the same pixels and other labels");
    count(
        report.count(Reason.LOOKS_THE_SAME),
        "pictures left out: one that looks the same is measured on");
    count(report.alike(), "pictures look the same as another of their part");
    output.out().println("data set file: " + report.file());
  }

  private static void add(
      Table table,
      ConversionReport written,
      String name,
      ToIntFunction<ConversionReport.Part> count) {
    List<Object> row = new ArrayList<>(List.of(name));
    for (Split split : written.parts().keySet().stream().sorted().toList()) {
      ConversionReport.Part part = written.parts().get(split);
      row.add(part == null ? 0 : count.applyAsInt(part));
    }
    table.row(row);
  }

  private void count(int number, String what) {
    if (number > 0) {
      output.out().println(number + " " + what);
    }
  }

  private static Map<String, Object> json(MergeReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", report.file().toString());
    json.put("names", report.written().classNames());
    json.put("images", report.written().images());
    json.put("boxes", report.written().boxes());
    Map<String, Object> parts = new LinkedHashMap<>();
    report.written().parts().keySet().stream()
        .sorted()
        .forEach(
            split -> {
              ConversionReport.Part part = report.written().parts().get(split);
              if (part != null) {
                parts.put(split.key(), Map.of("images", part.images(), "boxes", part.boxes()));
              }
            });
    json.put("splits", parts);
    json.put("look_the_same", report.alike());
    json.put(
        "left_out",
        report.leftOut().stream()
            .map(
                one ->
                    Map.of(
                        "file", one.picture().toString(),
                        "kept", one.kept().toString(),
                        "why", one.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
            .toList());
    return json;
  }
}
