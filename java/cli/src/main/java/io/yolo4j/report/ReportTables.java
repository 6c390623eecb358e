package io.yolo4j.report;

import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.ValidationResult;
import java.util.List;
import java.util.Locale;

/** The tables and bars of the page. */
final class ReportTables {
  private static final List<Column> EPOCH_COLUMNS =
      List.of(
          Column.TRAIN_BOX,
          Column.TRAIN_OBJECTNESS,
          Column.TRAIN_CLASSIFICATION,
          Column.VALIDATION_BOX,
          Column.VALIDATION_OBJECTNESS,
          Column.VALIDATION_CLASSIFICATION,
          Column.PRECISION,
          Column.RECALL,
          Column.MAP50,
          Column.MAP50_TO_95,
          Column.RATE_WEIGHT,
          Column.IMAGES_PER_SECOND);

  /** A part of a step's time. */
  private record Part(Column column, String name) {}

  private static final List<Part> PARTS =
      List.of(
          new Part(Column.LOADING, "waiting for the loader"),
          new Part(Column.FORWARD, "forward"),
          new Part(Column.LOSS, "loss"),
          new Part(Column.BACKWARD, "backward"),
          new Part(Column.OPTIMIZER, "optimizer"),
          new Part(Column.AVERAGE, "weight average"));

  private final Markup page;
  private final ReportContent content;

  ReportTables(Markup page, ReportContent content) {
    this.page = page;
    this.content = content;
  }

  private void heads(String first, List<String> others) {
    page.open("thead").open("tr").element("th", first, "scope", "col");
    others.forEach(name -> page.element("th", name, "scope", "col", "class", "number"));
    page.close().close();
  }

  /** The measures of all classes and of each. */
  void classes(Measured measured) {
    ValidationResult result = measured.result();
    page.element(
        "p",
        "Of %s: %d pictures, %d labels. P and R at the confidence of the best mean F1, %.3f."
            .formatted(
                measured.of(),
                result.images(),
                result.labels(),
                result.averages().bestConfidence()),
        "class",
        "muted");
    page.open("div", "class", "scroll").open("table", "class", "classes");
    heads("class", List.of("pictures", "labels", "P", "R", "mAP50", "mAP50-95"));
    page.open("tbody");
    page.open("tr", "class", "all").element("th", "all", "scope", "row");
    counts(result.images(), result.labels());
    List.of(result.precision(), result.recall(), result.map50(), result.map50To95())
        .forEach(this::share);
    page.close();
    for (ClassResult one : result.classes()) {
      page.open("tr").open("th", "scope", "row");
      page.leaf("span", "class", "swatch", "style", "--ink:" + Ink.ofClass(one.classId()).css());
      page.text(one.name()).close();
      counts(one.images(), one.labels());
      List.of(one.precision(), one.recall(), one.ap50(), one.ap50To95()).forEach(this::share);
      page.close();
    }
    page.close().close().close();
  }

  private void counts(int images, int labels) {
    page.element("td", Integer.toString(images), "class", "number");
    page.element("td", Integer.toString(labels), "class", "number");
  }

  /** A number from 0 to 1 with a bar behind it. */
  private void share(double value) {
    page.element(
        "td", Numbers.fixed(value, 3), "class", "number share", "style", "--share:" + part(value));
  }

  private static String part(double value) {
    return Double.isNaN(value)
        ? "0"
        : String.format(Locale.ROOT, "%.3f", Math.max(0, Math.min(value, 1)));
  }

  /** What the training thread did, over all epochs. */
  void stepTimes() {
    double all = PARTS.stream().mapToDouble(part -> seconds(part.column())).sum();
    page.open("figure", "class", "chart", "id", "step-times");
    page.element("figcaption", "Shares of a training step, mean over the run");
    page.open("ol", "class", "bars one");
    for (int i = 0; i < PARTS.size(); i++) {
      double share = all == 0 ? Double.NaN : seconds(PARTS.get(i).column()) / all;
      page.open("li", "style", "--share:%s;--ink:%s".formatted(part(share), Ink.series(i).css()));
      page.element("span", PARTS.get(i).name(), "class", "name");
      page.leaf("span", "class", "bar");
      page.element("span", Numbers.percent(share), "class", "number");
      page.close();
    }
    page.close();
    String times =
        "%s of training, %s of validation."
            .formatted(
                Numbers.clock(total(Column.SECONDS)),
                Numbers.clock(total(Column.VALIDATION_SECONDS)));
    page.element("p", times, "class", "muted").close();
  }

  /** Returns the seconds of a part over all epochs whose times are known. */
  private double seconds(Column share) {
    return content.epochs().stream()
        .mapToDouble(row -> row.value(share) * row.value(Column.SECONDS))
        .filter(Double::isFinite)
        .sum();
  }

  private double total(Column column) {
    return content.epochs().stream()
        .mapToDouble(row -> row.value(column))
        .filter(Double::isFinite)
        .sum();
  }

  /** All epochs; folded up, for it is long. */
  void epochs() {
    int best = EpochCharts.best(content.epochs()).map(EpochRow::epoch).orElse(-1);
    page.open("details").element("summary", content.epochs().size() + " epochs as a table");
    page.open("div", "class", "scroll").open("table");
    heads(
        "epoch",
        List.of(
            "box",
            "obj",
            "cls",
            "val box",
            "val obj",
            "val cls",
            "P",
            "R",
            "mAP50",
            "mAP50-95",
            "rate",
            "pictures/s"));
    page.open("tbody");
    for (EpochRow row : content.epochs()) {
      page.open("tr", "class", row.epoch() == best ? "all" : "");
      page.element("th", Integer.toString(row.epoch() + 1), "scope", "row");
      for (Column column : EPOCH_COLUMNS) {
        double value = row.value(column);
        page.element(
            "td", Double.isNaN(value) ? "–" : Numbers.significant(value, 4), "class", "number");
      }
      page.close();
    }
    page.close().close().close().close();
  }

  /** Options and hyper-parameters. */
  void options() {
    page.open("dl", "class", "options");
    content
        .options()
        .forEach(
            (name, value) ->
                page.open("div").element("dt", name).element("dd", String.valueOf(value)).close());
    page.close();
  }

  /** Messages, in order. */
  void messages() {
    page.open("ul", "class", "messages");
    content.messages().forEach(message -> page.element("li", message));
    page.close();
  }
}
