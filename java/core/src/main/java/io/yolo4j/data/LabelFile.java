package io.yolo4j.data;

import io.yolo4j.image.NormalizedBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The good rows of a label file and what is wrong with the others. A row is {@code class cx cy w h}
 * or {@code class x1 y1 x2 y2 x3 y3 …}, in fractions of the picture.
 *
 * @param labels in the file's order
 * @param issues in the file's order
 */
public record LabelFile(List<Label> labels, List<DataIssue> issues) {
  private static final int BOX_COLUMNS = 5;
  private static final int LEAST_POLYGON_COLUMNS = 7;
  private static final int SHOWN = 40;

  /** Copies the lists. */
  public LabelFile {
    labels = List.copyOf(labels);
    issues = List.copyOf(issues);
  }

  /**
   * Returns where the labels of a picture lie: the last folder named {@code images} on its path
   * becomes {@code labels}, the suffix {@code .txt}. Without such a folder, beside the picture.
   */
  public static Path of(Path picture) {
    Path absolute = picture.toAbsolutePath();
    int last = absolute.getNameCount() - 1;
    String name = absolute.getName(last).toString();
    int dot = name.lastIndexOf('.');
    Path file = Path.of((dot < 0 ? name : name.substring(0, dot)) + ".txt");
    for (int i = last - 1; i >= 0; i--) {
      if (absolute.getName(i).toString().equals("images")) {
        Path parent =
            i == 0 ? absolute.getRoot() : absolute.getRoot().resolve(absolute.subpath(0, i));
        Path labels = parent.resolve("labels");
        return i == last - 1
            ? labels.resolve(file)
            : labels.resolve(absolute.subpath(i + 1, last)).resolve(file);
      }
    }
    return absolute.resolveSibling(file);
  }

  /**
   * Reads a label file. Bad rows become issues; the good ones of the same file stay.
   *
   * @param classes number of classes
   * @throws IOException if the file cannot be read
   */
  public static LabelFile read(Path file, int classes, ScanOptions.BadBoxes badBoxes)
      throws IOException {
    Rows rows = new Rows(file, classes, badBoxes);
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      // Some editors start a file with this mark.
      line = i == 0 && line.startsWith("\uFEFF") ? line.substring(1).strip() : line;
      if (!line.isEmpty()) {
        rows.add(i + 1, line);
      }
    }
    return new LabelFile(rows.labels, rows.issues);
  }

  /** Collects the rows of one file. */
  private static final class Rows {
    final List<Label> labels = new ArrayList<>();
    final List<DataIssue> issues = new ArrayList<>();
    private final Set<List<Double>> seen = new HashSet<>();
    private final Path file;
    private final int classes;
    private final ScanOptions.BadBoxes badBoxes;

    Rows(Path file, int classes, ScanOptions.BadBoxes badBoxes) {
      this.file = file;
      this.classes = classes;
      this.badBoxes = badBoxes;
    }

    void add(int line, String text) {
      String[] columns = text.split("\\s+", -1);
      boolean polygon = columns.length >= LEAST_POLYGON_COLUMNS && columns.length % 2 == 1;
      if (columns.length != BOX_COLUMNS && !polygon) {
        issue(
            DataIssue.Kind.WRONG_COLUMNS,
            line,
            "a row must have 5 columns, or a class and at least 3 points, got " + columns.length);
        return;
      }
      double[] values = new double[columns.length];
      for (int i = 0; i < values.length; i++) {
        try {
          values[i] = Double.parseDouble(columns[i]);
        } catch (NumberFormatException e) {
          values[i] = Double.NaN;
        }
        if (!Double.isFinite(values[i])) {
          issue(
              DataIssue.Kind.NOT_A_NUMBER,
              line,
              "column %d must be a number, got '%s'".formatted(i + 1, shortened(columns[i])));
          return;
        }
      }
      addNumbers(line, values, polygon);
    }

    private void addNumbers(int line, double[] values, boolean polygon) {
      int classId = (int) values[0];
      if (classId != values[0] || classId < 0 || classId >= classes) {
        issue(
            DataIssue.Kind.UNKNOWN_CLASS,
            line,
            "the class must be a number from 0 to %d, got %s"
                .formatted(classes - 1, number(values[0])));
        return;
      }
      int outside = columnOutside(values);
      Label label = label(classId, values, polygon, outside > 0);
      if (outside > 0) {
        boolean drop = badBoxes == ScanOptions.BadBoxes.DROP;
        issue(
            DataIssue.Kind.OUT_OF_RANGE,
            line,
            "coordinates must lie in 0 to 1, got %s in column %d; %s"
                .formatted(
                    number(values[outside]),
                    outside + 1,
                    drop ? "the row is left out" : "clipped to '" + label.row() + "'"));
        if (drop) {
          return;
        }
      }
      if (!(label.box().width() > 0 && label.box().height() > 0)) {
        issue(
            DataIssue.Kind.ZERO_AREA,
            line,
            "the box must have an area, got width %s and height %s"
                .formatted(number(label.box().width()), number(label.box().height())));
        return;
      }
      List<Double> row = new ArrayList<>();
      for (double value : values) {
        row.add(value);
      }
      if (!seen.add(row)) {
        issue(DataIssue.Kind.DUPLICATE, line, "the row repeats an earlier one and is left out");
        return;
      }
      labels.add(label);
    }

    /** Returns the first column with a coordinate outside 0 to 1, 0 where there is none. */
    private static int columnOutside(double[] values) {
      for (int i = 1; i < values.length; i++) {
        if (values[i] < 0 || values[i] > 1) {
          return i;
        }
      }
      return 0;
    }

    private static Label label(int classId, double[] values, boolean polygon, boolean clip) {
      if (!polygon) {
        NormalizedBox box = new NormalizedBox(values[1], values[2], values[3], values[4]);
        return new Label(classId, clip ? box.clipped() : box);
      }
      double[] points = new double[values.length - 1];
      for (int i = 0; i < points.length; i++) {
        points[i] = clip ? Math.min(Math.max(values[i + 1], 0), 1) : values[i + 1];
      }
      Polygon outline = new Polygon(points);
      return new Label(classId, outline.box(), outline);
    }

    private static String shortened(String text) {
      return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /* Whole numbers without the decimal point, as files have them. */
    private static String number(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e9
          ? Long.toString((long) value)
          : Double.toString(value);
    }

    private void issue(DataIssue.Kind kind, int line, String message) {
      issues.add(new DataIssue(kind, file, line, message));
    }
  }
}
