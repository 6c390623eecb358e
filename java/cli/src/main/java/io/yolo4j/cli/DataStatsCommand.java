package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.Split;
import io.yolo4j.data.quality.BoxStatistics;
import io.yolo4j.data.quality.DatasetStatistics;
import io.yolo4j.data.quality.Distribution;
import io.yolo4j.data.quality.Lookalikes;
import io.yolo4j.data.quality.SuspiciousLabel;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.model.Model;
import io.yolo4j.report.DatasetGlance;
import io.yolo4j.report.DatasetPage;
import io.yolo4j.report.DatasetPlot;
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
    description = {
      "Show what a data set holds: pictures, boxes, their sizes, for each class.",
      "The files are only read."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataStatsCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private DataSetOption dataSet = new DataSetOption();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();

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
      names = "--full",
      description =
          "Look for suspicious labels too (outside, tiny, repeated, as large as the picture, extreme shapes), and for pictures that are the same or look it; that decodes all pictures.")
  private boolean full;

  @Mixin private AnchorsOption anchors = new AnchorsOption();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write all of it, --full included, as one page that needs no network.")
  private @Nullable Path html;

  @Option(
      names = "--png",
      paramLabel = "FILE",
      description = "Write the charts as a picture: .png or .jpg.")
  private @Nullable Path png;

  @Override
  public Integer call() throws IOException {
    check();
    DatasetConfig config = dataSet.config();
    Model model = anchors.open();
    Map<Split, Dataset> parts = new EnumMap<>(Split.class);
    for (Split one : splits(config)) {
      parts.put(one, scan(config, one));
    }
    Map<Split, DatasetStatistics> statistics = new EnumMap<>(Split.class);
    parts.forEach((one, part) -> statistics.put(one, DatasetStatistics.of(part, imageSize)));
    warn(parts, statistics);
    DatasetGlance glance = glance(config, parts, model);
    GlanceText text = new GlanceText(glance);
    switch (output.format()) {
      case TABLE -> {
        statistics.forEach(this::print);
        text.print(output.out(), full);
      }
      case JSON -> {
        Map<String, Object> json = json(statistics);
        text.addTo(json, full);
        output.printJson(json);
      }
      case CSV -> StatsValues.csv(statistics).printCsv(output.out());
    }
    write(glance);
    return ExitCode.DONE;
  }

  private void check() {
    OptionChecks.atLeast("--imgsz", imageSize, 1);
    OutputPath.check("--html", html);
    OutputPath.checkPicture("--png", png);
  }

  private void warn(Map<Split, Dataset> parts, Map<Split, DatasetStatistics> statistics) {
    int issues = parts.values().stream().mapToInt(part -> part.issues().size()).sum();
    if (issues > 0) {
      output
          .err()
          .printf(
              "yolo4j: %d flaws; what they concern is left out (yolo4j data check shows them)%n",
              issues);
    }
    statistics.forEach(
        (part, one) -> {
          List<String> empty =
              one.classes().stream()
                  .filter(boxes -> boxes.boxes() == 0)
                  .map(BoxStatistics::name)
                  .toList();
          if (!empty.isEmpty()) {
            output
                .err()
                .printf("yolo4j: %s: no boxes of %s%n", part.key(), String.join(", ", empty));
          }
          if (one.imageSizes() > 1) {
            output
                .err()
                .printf(
                    "yolo4j: %s: the pictures have %d different sizes%n",
                    part.key(), one.imageSizes());
          }
        });
  }

  private DatasetGlance glance(
      DatasetConfig config, Map<Split, Dataset> parts, @Nullable Model model) {
    boolean look = full || html != null;
    Dataset joined = DatasetGlance.joined(config, parts);
    Lookalikes lookalikes = null;
    if (look) {
      try (Progress progress = Progress.of(output, "pictures")) {
        lookalikes = Lookalikes.of(parts, progress::to);
      }
    }
    return new DatasetGlance(
        config,
        imageSize,
        parts,
        look ? SuspiciousLabel.of(joined, imageSize) : List.of(),
        lookalikes,
        model == null ? null : anchors.check(model, joined, imageSize));
  }

  private void write(DatasetGlance glance) throws IOException {
    if (html != null) {
      AtomicFile.write(html, DatasetPage.of(glance));
      output.err().println("yolo4j: page written to " + html);
    }
    if (png != null) {
      ImageWriter.write(DatasetPlot.of(glance), png);
      output.err().println("yolo4j: charts written to " + png);
    }
  }

  private List<Split> splits(DatasetConfig config) {
    return split != null ? List.of(split) : config.sources().keySet().stream().sorted().toList();
  }

  private Dataset scan(DatasetConfig config, Split one) throws DatasetException {
    ScanCache cache = cacheOptions.cache(output.environment());
    return Dataset.scan(config, one, dataSet.scan(), cache);
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
    json.put("data", dataSet.file().toString());
    json.put("imgsz", imageSize);
    Map<String, Object> splits = new LinkedHashMap<>();
    parts.forEach((part, statistics) -> splits.put(part.key(), StatsValues.json(statistics)));
    json.put("parts", splits);
    return json;
  }
}
