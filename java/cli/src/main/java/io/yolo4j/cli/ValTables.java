package io.yolo4j.cli;

import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.CocoResult;
import io.yolo4j.eval.ConfusionMatrix;
import io.yolo4j.eval.InspectionCurves;
import io.yolo4j.eval.ValidationResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The findings of a validation for people, or as comma-separated values. */
final class ValTables {
  private static final String UNKNOWN = "-";

  private final ValFindings findings;
  private final ValidationResult result;
  private final PrintWriter out;

  ValTables(ValFindings findings, PrintWriter out) {
    this.findings = findings;
    result = findings.result();
    this.out = out;
  }

  /**
   * Prints the tables.
   *
   * @param rates whether the rates of each class are shown
   */
  void print(boolean rates) {
    averages();
    if (findings.confusion()) {
      confusion(result.confusion());
    }
    balance();
    if (rates) {
      rates();
    }
    findings.precision().ifPresent(this::suggestions);
    CocoResult coco = findings.coco();
    if (coco != null) {
      coco(coco);
    }
  }

  private void averages() {
    int width =
        Math.max(12, result.classes().stream().mapToInt(c -> c.name().length()).max().orElse(0));
    out.printf(
        "%-" + width + "s %8s %8s %8s %8s %8s %8s%n",
        "class",
        "images",
        "labels",
        "P",
        "R",
        "mAP50",
        "mAP50-95");
    String row = "%-" + width + "s %8d %8d %8.3f %8.3f %8.3f %8.3f%n";
    out.printf(
        Locale.ROOT,
        row,
        "all",
        result.images(),
        result.labels(),
        result.precision(),
        result.recall(),
        result.map50(),
        result.map50To95());
    if (result.classes().size() > 1) {
      for (ClassResult c : result.classes()) {
        out.printf(
            Locale.ROOT,
            row,
            c.name(),
            c.images(),
            c.labels(),
            c.precision(),
            c.recall(),
            c.ap50(),
            c.ap50To95());
      }
    }
  }

  private void confusion(ConfusionMatrix matrix) {
    out.printf(
        "Confusion matrix (rows predicted, columns true, last: background; confidence %s, IoU %s):%n",
        ConfusionMatrix.CONFIDENCE, ConfusionMatrix.IOU_THRESHOLD);
    for (List<Long> row : ValFindings.counts(matrix)) {
      out.println(
          String.join(" ", row.stream().map(count -> String.format("%6d", count)).toList()));
    }
  }

  private void balance() {
    InspectionCurves all = findings.all();
    Optional<Integer> point = all.balanced();
    if (point.isEmpty()) {
      out.printf(
          "Inspection: %d clean and %d defect pictures; overkill and escape need both%n",
          all.cleanPictures(), all.defectPictures());
      return;
    }
    out.printf(
        Locale.ROOT,
        "Inspection: %d clean and %d defect pictures; at confidence %.3f overkill %.1f %% and escape %.1f %%, the larger of the two at its least%n",
        all.cleanPictures(),
        all.defectPictures(),
        ValFindings.threshold(point.get()),
        100 * all.overkill(point.get()),
        100 * all.escape(point.get()));
  }

  private void rates() {
    List<String> header = new ArrayList<>(List.of("pictures of", "clean", "defect"));
    for (double threshold : findings.rates()) {
      header.add("overkill@" + threshold);
      header.add("escape@" + threshold);
    }
    Table table = new Table(header);
    for (InspectionCurves one : findings.curves()) {
      List<Object> row = new ArrayList<>(List.of(findings.name(one.classId())));
      row.add(one.cleanPictures());
      row.add(one.defectPictures());
      for (double threshold : findings.rates()) {
        row.add(fixed(one.overkill(ValFindings.point(threshold))));
        row.add(fixed(one.escape(ValFindings.point(threshold))));
      }
      table.row(row);
    }
    table.print(out);
  }

  private void suggestions(double precision) {
    out.printf(
        "Lowest confidence thresholds with a precision of at least %s at IoU 0.5:%n", precision);
    Table table = new Table(List.of("class", "threshold", "P", "R", "overkill", "escape", "note"));
    for (InspectionCurves one : findings.curves()) {
      if (one.classId() >= 0) {
        List<Object> row = new ArrayList<>(List.of(findings.name(one.classId())));
        row.addAll(suggestion(one));
        row.add(
            findings.suggested(one).isPresent()
                ? ""
                : Double.isNaN(one.highestPrecision())
                    ? "never found"
                    : "at most " + fixed(one.highestPrecision()));
        table.row(row);
      }
    }
    table.print(out);
  }

  /** Threshold, precision, recall and both rates. */
  private List<String> suggestion(InspectionCurves one) {
    return findings
        .suggested(one)
        .map(
            point ->
                List.of(
                    fixed(ValFindings.threshold(point)),
                    fixed(one.precision(point)),
                    fixed(one.recall(point)),
                    fixed(one.overkill(point)),
                    fixed(one.escape(point))))
        .orElse(List.of(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN));
  }

  private void coco(CocoResult coco) {
    out.println(
        "COCO protocol (label files know no crowds; without an outline an object's area is its box's):");
    Table table = new Table(List.of("figure", "all", "small", "medium", "large"));
    table.row(sizes("AP 0.50:0.95", coco.ap(), coco.apSmall(), coco.apMedium(), coco.apLarge()));
    table.row(sizes("AP 0.50", coco.ap50()));
    table.row(sizes("AP 0.75", coco.ap75()));
    table.row(sizes("AR 1", coco.ar1()));
    table.row(sizes("AR 10", coco.ar10()));
    table.row(sizes("AR 100", coco.ar100(), coco.arSmall(), coco.arMedium(), coco.arLarge()));
    table.print(out);
  }

  private static List<String> sizes(String name, double... values) {
    List<String> row = new ArrayList<>(List.of(name));
    for (int i = 0; i < 4; i++) {
      row.add(i < values.length ? fixed(values[i]) : "");
    }
    return row;
  }

  /** Prints one row for all classes and one for each, with everything that is known of them. */
  void printCsv() {
    List<String> header =
        new ArrayList<>(List.of("class", "images", "labels", "P", "R", "mAP50", "mAP50-95"));
    header.addAll(List.of("clean", "defect"));
    for (double threshold : findings.rates()) {
      header.add("overkill@" + threshold);
      header.add("escape@" + threshold);
    }
    if (findings.precision().isPresent()) {
      header.addAll(List.of("threshold", "threshold_P", "threshold_R", "threshold_overkill"));
      header.add("threshold_escape");
    }
    CocoResult coco = findings.coco();
    if (coco != null) {
      header.addAll(List.of("coco_AP", "coco_AP50", "coco_AP75", "coco_AR100"));
    }
    Table table = new Table(header);
    List<Object> all = new ArrayList<>(List.of("all", result.images(), result.labels()));
    all.addAll(List.of(result.precision(), result.recall(), result.map50(), result.map50To95()));
    addInspection(all, findings.all());
    if (coco != null) {
      add(all, coco.ap(), coco.ap50(), coco.ap75(), coco.ar100());
    }
    table.row(all);
    for (ClassResult c : result.classes()) {
      List<Object> row = new ArrayList<>(List.of(c.name(), c.images(), c.labels()));
      row.addAll(List.of(c.precision(), c.recall(), c.ap50(), c.ap50To95()));
      addInspection(row, findings.inspection().ofClass(c.classId()));
      if (coco != null) {
        addCoco(row, coco, c.classId());
      }
      table.row(row);
    }
    table.printCsv(out);
  }

  private void addInspection(List<Object> row, InspectionCurves one) {
    row.add(one.cleanPictures());
    row.add(one.defectPictures());
    for (double threshold : findings.rates()) {
      int point = ValFindings.point(threshold);
      add(row, one.overkill(point), one.escape(point));
    }
    if (findings.precision().isPresent()) {
      Integer point = one.classId() < 0 ? null : findings.suggested(one).orElse(null);
      if (point == null) {
        add(row, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
      } else {
        add(row, ValFindings.threshold(point), one.precision(point), one.recall(point));
        add(row, one.overkill(point), one.escape(point));
      }
    }
  }

  private static void addCoco(List<Object> row, CocoResult coco, int classId) {
    coco.classes().stream()
        .filter(one -> one.classId() == classId)
        .findFirst()
        .ifPresentOrElse(
            one -> add(row, one.ap(), one.ap50(), one.ap75(), one.ar100()),
            () -> add(row, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
  }

  /** Empty where a number is not known. */
  private static void add(List<Object> row, double... values) {
    for (double value : values) {
      row.add(Double.isNaN(value) ? "" : value);
    }
  }

  private static String fixed(double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, "%.3f", value);
  }
}
