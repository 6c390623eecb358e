package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.image.Image;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** The charts of {@link DatasetPage} as one picture. */
public final class DatasetPlot {
  private static final int SIDE = 600;
  private static final int LEAST_ROW = 12;
  private static final int COLUMNS = 4;

  private DatasetPlot() {}

  /** Returns bars of classes, sizes and shapes, and densities of centres and sizes. */
  public static Image of(DatasetGlance glance) {
    Dataset joined = glance.joined();
    LabelStatistics labels = LabelStatistics.of(joined);
    int side = Math.max(SIDE, 60 + LEAST_ROW * labels.names().size());
    List<BufferedImage> charts = new ArrayList<>();
    charts.add(ShadePlot.bars("Labels of each class", Bar.ofClasses(labels), side));
    charts.add(ShadePlot.density(labels.centres(), false, side));
    charts.add(ShadePlot.density(labels.sizes(), true, side));
    for (DatasetCharts.Chart chart : new DatasetCharts(joined, glance.imageSize()).all()) {
      charts.add(ShadePlot.bars(chart.title(), chart.bars(), side));
    }
    return Image.of(ShadePlot.grid(charts, COLUMNS));
  }
}
