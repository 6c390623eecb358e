package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import io.yolo4j.image.Box;
import java.util.List;

/** Pictures of the page; their boxes are drawn over them and can be hidden without a script. */
final class PictureSection {
  private static final double WIDTH = 320;
  private static final double LETTER = 7.7;
  private static final double LINE = 18;
  private static final double LARGEST_TEXT = 1.6;

  /** The label of a box that is found needs no text of its own. */
  private static final float MATCHED_IOU = 0.5f;

  private final Markup page;
  private final Svg svg;

  PictureSection(Markup page) {
    this.page = page;
    svg = new Svg(page);
  }

  /** Writes the pictures of a set. */
  void write(PictureSet set) {
    page.open("div", "class", "pictures-set", "id", set.id() + "-pictures");
    if (set.predicted()) {
      choice(set.id() + "-labels", "show-labels", "labels (dashed)");
      choice(set.id() + "-found", "show-found", "predictions with a confidence over 0.25");
    } else {
      page.element("h3", set.title());
    }
    page.open("div", "class", "pictures");
    set.pictures().forEach(picture -> picture(picture, set.predicted()));
    page.close().close();
  }

  private void choice(String id, String style, String text) {
    page.leaf("input", "type", "checkbox", "id", id, "class", style, "checked", "checked");
    page.element("label", text, "for", id);
  }

  /** Coordinates are those of a picture of one width, so that texts have one size on all. */
  private void picture(ShownPicture picture, boolean predicted) {
    double scale = WIDTH / picture.size().width();
    double height = picture.size().height() * scale;
    page.open("figure", "class", "picture");
    svg.open(WIDTH, height, "boxes", text(picture, predicted));
    page.leaf("image", "href", picture.data(), "width", number(WIDTH), "height", number(height));
    page.open("g", "class", predicted ? "labels dashed" : "labels");
    for (ShownBox label : picture.labels()) {
      boolean matched =
          picture.predictions().stream()
              .anyMatch(
                  found ->
                      found.classId() == label.classId()
                          && found.box().iou(label.box()) > MATCHED_IOU);
      box(label, scale, height, predicted ? Place.BELOW : Place.ABOVE, matched);
    }
    page.close();
    page.open("g", "class", "found");
    for (int i = picture.predictions().size() - 1; i >= 0; i--) {
      box(picture.predictions().get(i), scale, height, Place.ABOVE, false);
    }
    page.close();
    page.close();
    page.element("figcaption", picture.name());
    page.close();
  }

  private static String text(ShownPicture picture, boolean predicted) {
    String labels = names(picture.labels());
    return picture.name()
        + ". Labels: "
        + labels
        + (predicted ? ". Predictions: " + names(picture.predictions()) : "");
  }

  private static String names(List<ShownBox> boxes) {
    return boxes.isEmpty()
        ? "none"
        : String.join(", ", boxes.stream().map(ShownBox::text).toList());
  }

  /** Where a box's text lies: that of a label must not lie on a prediction's. */
  private enum Place {
    ABOVE,
    BELOW
  }

  private void box(ShownBox shown, double scale, double height, Place place, boolean matched) {
    Box box = shown.box();
    double x = box.x1() * scale;
    double y = box.y1() * scale;
    double boxWidth = Math.max(box.width() * scale, 1);
    double boxHeight = Math.max(box.height() * scale, 1);
    page.open("g", "style", "--ink:" + shown.colour(), "class", matched ? "matched" : "alone");
    svg.rect(x, y, boxWidth, boxHeight);
    double plate = LETTER * shown.text().length() + 8;
    // Texts are larger on a phone, so those that would not fit there end where their box ends.
    boolean atEnd = x + LARGEST_TEXT * plate > WIDTH;
    double end = Math.min(WIDTH, Math.max(x + boxWidth, LARGEST_TEXT * plate));
    double left = atEnd ? end - plate : Math.max(0, x);
    double top =
        place == Place.BELOW
            ? Math.min(y + boxHeight, height - LINE)
            : y >= LINE ? y - LINE : Math.max(y, 0);
    svg.rect(left, top, plate, LINE, "class", "plate");
    String style = (shown.light() ? "dark" : "light") + (atEnd ? " end" : "");
    svg.text(shown.text(), atEnd ? end - 4 : left + 4, top + LINE - 4.5, style);
    page.close();
  }
}
