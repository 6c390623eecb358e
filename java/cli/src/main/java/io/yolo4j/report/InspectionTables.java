package io.yolo4j.report;

import io.yolo4j.eval.CocoResult;
import io.yolo4j.eval.InspectionCurves;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tables of an inspection and of the COCO protocol on the page. */
final class InspectionTables {
  private static final List<Integer> POINTS = List.of(100, 250, 500, 750);

  private final Markup page;
  private final Measured measured;

  InspectionTables(Markup page, Measured measured) {
    this.page = page;
    this.measured = measured;
  }

  /** Both rates of all classes and of each at some thresholds. */
  void rates(List<InspectionCurves> shown) {
    page.element(
        "p",
        "Overkill is the share of pictures without a label that have a detection over the"
            + " threshold, escape the share of pictures with a label that have none; of a class,"
            + " only its own labels and detections count. Where a detection lies doesn't matter.",
        "class",
        "muted");
    if (shown.isEmpty()) {
      page.element("p", "Both need pictures with and pictures without labels; here is one kind.");
      return;
    }
    List<String> heads = new ArrayList<>(List.of("class", "clean", "defect"));
    for (int point : POINTS) {
      String at = Axis.text(InspectionCurves.threshold(point));
      heads.add("overkill at " + at);
      heads.add("escape at " + at);
    }
    heads.add("balanced at");
    List<List<String>> rows = new ArrayList<>();
    for (InspectionCurves one : shown) {
      List<String> row = new ArrayList<>(List.of(name(one)));
      row.add(Integer.toString(one.cleanPictures()));
      row.add(Integer.toString(one.defectPictures()));
      for (int point : POINTS) {
        row.add(Numbers.percent(one.overkill(point)));
        row.add(Numbers.percent(one.escape(point)));
      }
      row.add(
          one.balanced()
              .map(point -> Numbers.fixed(InspectionCurves.threshold(point), 3))
              .orElse("–"));
      rows.add(row);
    }
    table(heads, rows);
  }

  /** The lowest thresholds with the wanted precision. */
  void suggestions(double precision) {
    page.element(
        "p",
        "The lowest confidence threshold of each class over which detections have a precision of"
            + " at least "
            + precision
            + " at IoU 0.5.",
        "class",
        "muted");
    List<List<String>> rows = new ArrayList<>();
    for (InspectionCurves one : measured.result().inspection().curves()) {
      if (one.classId() >= 0 && one.defectPictures() > 0) {
        rows.add(suggestion(one, one.lowestWithPrecision(precision)));
      }
    }
    table(List.of("class", "threshold", "P", "R", "overkill", "escape"), rows);
  }

  private List<String> suggestion(InspectionCurves one, Optional<Integer> found) {
    if (found.isEmpty()) {
      String most =
          Double.isNaN(one.highestPrecision())
              ? "never found"
              : "never; at most " + Numbers.fixed(one.highestPrecision(), 3);
      return List.of(name(one), most, "–", "–", "–", "–");
    }
    int point = found.get();
    return List.of(
        name(one),
        Numbers.fixed(InspectionCurves.threshold(point), 3),
        Numbers.fixed(one.precision(point), 3),
        Numbers.fixed(one.recall(point), 3),
        Numbers.percent(one.overkill(point)),
        Numbers.percent(one.escape(point)));
  }

  private String name(InspectionCurves one) {
    return one.classId() < 0 ? "all" : measured.name(one.classId());
  }

  /** The twelve figures. */
  void coco(CocoResult coco) {
    page.element(
        "p",
        "Label files know no crowds, and an object without an outline has the area of its box.",
        "class",
        "muted");
    table(
        List.of("figure", "all", "small", "medium", "large"),
        List.of(
            row("AP, IoU 0.50 to 0.95", coco.ap(), coco.apSmall(), coco.apMedium(), coco.apLarge()),
            row("AP, IoU 0.50", coco.ap50()),
            row("AP, IoU 0.75", coco.ap75()),
            row("AR, 1 detection", coco.ar1()),
            row("AR, 10 detections", coco.ar10()),
            row(
                "AR, 100 detections",
                coco.ar100(),
                coco.arSmall(),
                coco.arMedium(),
                coco.arLarge())));
  }

  private static List<String> row(String name, double... values) {
    List<String> row = new ArrayList<>(List.of(name));
    for (int i = 0; i < 4; i++) {
      row.add(i < values.length && !Double.isNaN(values[i]) ? Numbers.fixed(values[i], 3) : "–");
    }
    return row;
  }

  private void table(List<String> heads, List<List<String>> rows) {
    page.open("div", "class", "scroll").open("table");
    page.open("thead").open("tr");
    for (int i = 0; i < heads.size(); i++) {
      page.element("th", heads.get(i), "scope", "col", "class", i == 0 ? "" : "number");
    }
    page.close().close().open("tbody");
    for (List<String> row : rows) {
      page.open("tr").element("th", row.get(0), "scope", "row");
      row.stream().skip(1).forEach(cell -> page.element("td", cell, "class", "number"));
      page.close();
    }
    page.close().close().close();
  }
}
