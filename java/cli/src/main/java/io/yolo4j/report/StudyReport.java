package io.yolo4j.report;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.study.CellResult;
import io.yolo4j.study.Ranking;
import io.yolo4j.study.StudyKind;
import io.yolo4j.study.StudyResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes what people see of a study: {@code study.csv}, {@code study.png}, {@code study.html}. */
public final class StudyReport {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 800;

  private StudyReport() {}

  /**
   * Writes the files into the study's folder.
   *
   * @param target the wanted mAP50 of a study of sizes; others don't use it
   * @throws IOException if one cannot be written
   */
  public static void write(Path folder, StudyResult result, double target) throws IOException {
    String csv =
        StudyCsv.rows(result).stream()
            .map(row -> row.stream().map(Csv::quoted).collect(Collectors.joining(",")) + "\n")
            .collect(Collectors.joining());
    AtomicFile.write(folder.resolve("study.csv"), csv);
    if (!result.runs().isEmpty()) {
      ImageWriter.write(Image.of(plot(result, target)), folder.resolve("study.png"));
    }
    AtomicFile.write(folder.resolve("study.html"), StudyPage.of(result, target));
  }

  private static BufferedImage plot(StudyResult result, double target) {
    return result.plan().kind() == StudyKind.SIZE
        ? LinePlot.of(StudyCharts.sizes(result, target), WIDTH, HEIGHT)
        : IntervalPlot.of(intervals(result));
  }

  /** Returns the chart of cells, the best mean above. */
  static IntervalChart intervals(StudyResult result) {
    List<CellResult> cells = result.ranking().places().stream().map(Ranking.Place::cell).toList();
    return IntervalChart.map50(cells);
  }
}
