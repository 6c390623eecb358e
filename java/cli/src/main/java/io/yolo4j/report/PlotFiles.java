package io.yolo4j.report;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes what the page shows as pictures, under the names that YOLOv5 users know. */
final class PlotFiles {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 800;
  private static final int LEAST_ROW = 12;

  private final Path folder;

  PlotFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes all plots that there is something for.
   *
   * @throws IOException if a file cannot be written
   */
  void write(ReportContent content) throws IOException {
    if (!content.epochs().isEmpty()) {
      EpochCharts epochs = new EpochCharts(content.epochs(), content.plannedEpochs());
      List<BufferedImage> charts =
          epochs.all().stream().map(chart -> LinePlot.of(chart, WIDTH / 2, HEIGHT / 2)).toList();
      write(ShadePlot.grid(charts, 3), "results.png");
    }
    Measured measured = content.measured();
    if (measured != null) {
      measures(new ValidationCharts(measured));
      for (LineChart chart : new InspectionCharts(measured).charts()) {
        write(LinePlot.of(chart, WIDTH, HEIGHT), chart.id() + ".png");
      }
    }
    LabelStatistics labels = content.labels();
    if (labels != null) {
      labels(labels);
    }
    for (PictureSet set : content.pictures()) {
      if (set.predicted()) {
        pictures(set.pictures());
      }
    }
  }

  private void measures(ValidationCharts charts) throws IOException {
    for (LineChart chart : charts.curves()) {
      write(LinePlot.of(chart, WIDTH, HEIGHT), chart.id() + ".png");
    }
    write(ShadePlot.named(charts.normalizedConfusion()), "confusion_matrix.png");
  }

  private void labels(LabelStatistics labels) throws IOException {
    int side = Math.max(WIDTH / 2, 60 + LEAST_ROW * labels.names().size());
    List<BufferedImage> charts =
        List.of(
            ShadePlot.bars("Labels of each class", Bar.ofClasses(labels), side),
            ShadePlot.density(labels.centres(), false, side),
            ShadePlot.density(labels.sizes(), true, side));
    write(ShadePlot.grid(charts, charts.size()), "labels.png");
  }

  private void pictures(List<ShownPicture> pictures) throws IOException {
    for (int from = 0, batch = 0; from < pictures.size(); from += PictureGrid.MOST, batch++) {
      List<ShownPicture> some =
          pictures.subList(from, Math.min(from + PictureGrid.MOST, pictures.size()));
      List<Image> labelled = new ArrayList<>();
      List<Image> predicted = new ArrayList<>();
      for (ShownPicture picture : some) {
        labelled.add(picture.drawn(picture.labels()));
        predicted.add(picture.drawn(picture.predictions()));
      }
      PictureGrid.write(folder.resolve("val_batch" + batch + "_labels.jpg"), labelled);
      PictureGrid.write(folder.resolve("val_batch" + batch + "_pred.jpg"), predicted);
    }
  }

  private void write(BufferedImage picture, String name) throws IOException {
    ImageWriter.write(Image.of(picture), folder.resolve(name));
  }
}
