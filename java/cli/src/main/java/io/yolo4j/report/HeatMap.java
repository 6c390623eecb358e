package io.yolo4j.report;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A table of numbers from 0 to 1 that is drawn as shades. Immutable.
 *
 * <p>Rows go down, columns to the right.
 */
final class HeatMap {
  private final String id;
  private final String title;
  private final Axes axes;
  private final double[][] shades;
  private final String[][] texts;

  /**
   * What rows and columns are.
   *
   * @param x title of the columns
   * @param y title of the rows
   * @param columns their names; none where a column is a range of numbers from 0 to 1
   * @param rows their names; none likewise
   */
  record Axes(String x, String y, List<String> columns, List<String> rows) {
    /** Copies the lists. */
    Axes {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /** What a cell holds: a shade from 0 to 1, and its number for people. */
  record Cell(double shade, String text) {}

  private HeatMap(String id, String title, Axes axes, double[][] shades, String[][] texts) {
    this.id = id;
    this.title = title;
    this.axes = axes;
    this.shades = shades;
    this.texts = texts;
  }

  /**
   * Returns a map of size·size cells.
   *
   * @param cells row → column → cell
   */
  static HeatMap square(
      String id, String title, Axes axes, int size, IntFunction<IntFunction<Cell>> cells) {
    double[][] shades = new double[size][size];
    String[][] texts = new String[size][size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        Cell cell = cells.apply(row).apply(column);
        shades[row][column] =
            Double.isNaN(cell.shade()) ? 0 : Math.max(0, Math.min(cell.shade(), 1));
        texts[row][column] = cell.text();
      }
    }
    return new HeatMap(id, title, axes, shades, texts);
  }

  String id() {
    return id;
  }

  String title() {
    return title;
  }

  Axes axes() {
    return axes;
  }

  int size() {
    return shades.length;
  }

  double shade(int row, int column) {
    return shades[row][column];
  }

  String text(int row, int column) {
    return texts[row][column];
  }
}
