package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.quality.BoxStatistics;
import io.yolo4j.data.quality.DatasetStatistics;
import io.yolo4j.data.quality.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data stats}. */
@Command(
    name = "stats",
    description = "Show what a data set holds: pictures, boxes, their sizes, for each class.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataStatsCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The data set's YAML file.")
  private Path data = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "PART",
      description = "Part of the data set: train, val or test. Default: all that there are.")
  private @Nullable Split split;

  @Option(
      names = "--imgsz",
      paramLabel = "N",
      defaultValue = "640",
      description =
          "Long side that pictures are fitted to, for sizes in pixels. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "skip",
      description =
          "Pictures without a label file: skip, or background. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.SKIP;

  @Override
  public Integer call() throws IOException {
    OptionChecks.atLeast("--imgsz", imageSize, 1);
    DatasetConfig config = DatasetConfig.read(data);
    Map<Split, DatasetStatistics> parts = new EnumMap<>(Split.class);
    int issues = 0;
    for (Split one : splits(config)) {
      Dataset dataset = scan(config, one);
      issues += dataset.issues().size();
      parts.put(one, DatasetStatistics.of(dataset, imageSize));
    }
    if (issues > 0) {
      output
          .err()
          .printf(
              "yolo4j: %d flaws; what they concern is left out (yolo4j data check shows them)%n",
              issues);
    }
    switch (output.format()) {
      case TABLE -> parts.forEach(this::print);
      case JSON -> output.printJson(json(parts));
      case CSV -> StatsValues.csv(parts).printCsv(output.out());
    }
    return ExitCode.DONE;
  }

  private List<Split> splits(DatasetConfig config) {
    return split != null ? List.of(split) : config.sources().keySet().stream().sorted().toList();
  }

  private Dataset scan(DatasetConfig config, Split one) throws DatasetException {
    ScanCache cache = cacheOptions.cache(output.environment());
    return Dataset.scan(
        config, one, ScanOptions.defaults().withMissingLabels(missingLabels), cache);
  }

  private void print(Split part, DatasetStatistics statistics) {
    BoxStatistics all = statistics.all();
    output
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d pictures (%d background), %d boxes%n",
            part.key(),
            statistics.images(),
            statistics.background(),
            all.boxes());
    output
        .out()
        .printf(
            Locale.ROOT,
            "pictures: %s wide, %s high; boxes a picture: %.2f on average, %.0f to %.0f%n",
            range(statistics.imageWidth()),
            range(statistics.imageHeight()),
            all.perImage().mean(),
            all.perImage().least(),
            all.perImage().greatest());
    output.out().printf("sizes of boxes in pixels at %d:%n", imageSize);
    Table table =
        new Table(
            List.of(
                "class",
                "pictures",
                "boxes",
                "width 5%",
                "50%",
                "95%",
                "height 5%",
                "50%",
                "95%",
                "w/h 5%",
                "50%",
                "95%"));
    statistics.classes().forEach(one -> table.row(row(one)));
    table.row(row(all));
    table.print(output.out());
    output.out().println();
  }

  private static String range(Distribution side) {
    return side.least() == side.greatest()
        ? String.format(Locale.ROOT, "%.0f", side.least())
        : String.format(Locale.ROOT, "%.0f to %.0f", side.least(), side.greatest());
  }

  private static List<Object> row(BoxStatistics boxes) {
    List<Object> row = new ArrayList<>(List.of(boxes.name(), boxes.images(), boxes.boxes()));
    addQuantiles(row, boxes.boxes(), boxes.pixelWidth(), "%.0f");
    addQuantiles(row, boxes.boxes(), boxes.pixelHeight(), "%.0f");
    addQuantiles(row, boxes.boxes(), boxes.aspect(), "%.2f");
    return row;
  }

  private static void addQuantiles(
      List<Object> row, int boxes, Distribution spread, String format) {
    for (double value : new double[] {spread.p05(), spread.median(), spread.p95()}) {
      row.add(boxes == 0 ? "-" : String.format(Locale.ROOT, format, value));
    }
  }

  private Map<String, Object> json(Map<Split, DatasetStatistics> parts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", data.toString());
    json.put("imgsz", imageSize);
    Map<String, Object> splits = new LinkedHashMap<>();
    parts.forEach((part, statistics) -> splits.put(part.key(), StatsValues.json(statistics)));
    json.put("parts", splits);
    return json;
  }
}
