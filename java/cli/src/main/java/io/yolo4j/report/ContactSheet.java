package io.yolo4j.report;

import io.yolo4j.data.Label;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Labelled pictures side by side in one, with a line of text below each. */
public final class ContactSheet {
  private static final int GAP = 8;
  private static final int LINE = 20;
  private static final int HEAD = 150;
  private static final int MOST_ROWS = 8;
  private static final double FONT = 12;

  private final List<Row> rows;
  private final int head;
  private final int cellWidth;
  private final int cellHeight;

  private ContactSheet(List<Row> rows, int head) {
    this.rows = rows;
    this.head = head;
    cellWidth =
        rows.stream()
            .flatMap(row -> row.pictures().stream())
            .mapToInt(picture -> picture.size().width())
            .max()
            .orElse(1);
    cellHeight =
        rows.stream()
            .flatMap(row -> row.pictures().stream())
            .mapToInt(picture -> picture.size().height())
            .max()
            .orElse(1);
  }

  /** A row with what stands before it; empty texts where there is nothing to say. */
  private record Row(String title, String note, List<ShownPicture> pictures) {}

  /**
   * A picture with its objects.
   *
   * @param labels in fractions of the picture
   */
  public record Labelled(Image image, List<Label> labels) {
    /** Copies the list. */
    public Labelled {
      labels = List.copyOf(labels);
    }
  }

  /**
   * A row of a table.
   *
   * @param title what the pictures have in common
   * @param note a second line, shown smaller
   * @param pictures at least one
   */
  public record TableRow(String title, String note, List<Labelled> pictures) {
    /** Copies the list. */
    public TableRow {
      pictures = List.copyOf(pictures);
    }
  }

  /**
   * Returns the pictures of a training batch, as many columns as rows.
   *
   * @param pixels RGB bytes [images, height, width, 3]
   * @param frame width and height of each
   * @param targets rows of image, class, centre x, centre y, width, height; fractions of the frame
   * @param captions a text for each picture
   */
  public static Image ofBatch(
      ByteBuffer pixels,
      ImageSize frame,
      float[] targets,
      List<String> captions,
      List<String> classNames) {
    List<ShownPicture> shown =
        BatchPictures.of(pixels, frame, targets, captions.size(), classNames);
    int columns = (int) Math.ceil(Math.sqrt(shown.size()));
    List<Row> rows = new ArrayList<>();
    for (int from = 0; from < shown.size(); from += columns) {
      List<ShownPicture> row = new ArrayList<>();
      for (int i = from; i < Math.min(from + columns, shown.size()); i++) {
        row.add(shown.get(i).withName(captions.get(i)));
      }
      rows.add(new Row("", "", row));
    }
    return new ContactSheet(rows, 0).draw();
  }

  /** Returns a table of pictures, with a title before each row. */
  public static Image ofTable(List<TableRow> rows, List<String> classNames) {
    List<Row> shown = new ArrayList<>();
    for (TableRow row : rows) {
      List<ShownPicture> pictures = new ArrayList<>();
      row.pictures().forEach(picture -> pictures.add(shown(picture, classNames)));
      shown.add(new Row(row.title(), row.note(), pictures));
    }
    return new ContactSheet(shown, HEAD).draw();
  }

  private static ShownPicture shown(Labelled picture, List<String> classNames) {
    ImageSize size = ShownPicture.size(picture.image().size());
    List<ShownBox> boxes = new ArrayList<>();
    for (Label label : picture.labels()) {
      boxes.add(
          new ShownBox(
              label.box().toPixels(size), label.classId(), classNames.get(label.classId())));
    }
    return ShownPicture.of("", picture.image(), boxes);
  }

  private Image draw() {
    boolean captions =
        rows.stream().flatMap(row -> row.pictures().stream()).anyMatch(p -> !p.name().isEmpty());
    int columns = rows.stream().mapToInt(row -> row.pictures().size()).max().orElse(1);
    int rowHeight = cellHeight + GAP + (captions ? LINE : 0);
    int blockWidth = head + columns * (cellWidth + GAP);
    // A long table is easier to look at in two halves.
    int blocks = head > 0 && rows.size() > MOST_ROWS ? 2 : 1;
    int high = (rows.size() + blocks - 1) / blocks;
    try (Canvas canvas = new Canvas(GAP + blocks * blockWidth, GAP + high * rowHeight)) {
      for (int i = 0; i < rows.size(); i++) {
        draw(canvas, rows.get(i), i / high * blockWidth, GAP + i % high * rowHeight);
      }
      return Image.of(canvas.picture());
    }
  }

  private void draw(Canvas canvas, Row row, int shift, int top) {
    if (head > 0) {
      canvas.font(FONT + 3, true).color(Canvas.TEXT);
      canvas.text(row.title(), shift + GAP, top + LINE, Canvas.Align.LEFT);
      canvas.font(FONT, false).color(Canvas.MUTED);
      canvas.text(fitted(canvas, row.note(), head), shift + GAP, top + 2 * LINE, Canvas.Align.LEFT);
    }
    for (int i = 0; i < row.pictures().size(); i++) {
      ShownPicture picture = row.pictures().get(i);
      int left = shift + GAP + head + i * (cellWidth + GAP);
      canvas.image(picture.drawn(picture.labels()).toBufferedImage(), left, top);
      canvas.font(FONT, false).color(Canvas.TEXT);
      canvas.text(
          fitted(canvas, picture.name(), cellWidth),
          left,
          top + cellHeight + 15,
          Canvas.Align.LEFT);
    }
  }

  /** The end of a file's name tells more than its start. */
  private static String fitted(Canvas canvas, String text, double width) {
    String shown = text;
    while (canvas.width(shown) > width && shown.length() > 2) {
      shown = "…" + shown.substring(2);
    }
    return shown;
  }
}
