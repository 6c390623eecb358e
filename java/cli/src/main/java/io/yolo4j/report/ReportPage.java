package io.yolo4j.report;

import io.yolo4j.eval.CocoResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The page: one file that needs neither a network nor a script, which only adds tooltips and
 * reloads the page while the run goes on.
 */
final class ReportPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
  private static final double SMALL_WIDTH = 360;
  private static final double SMALL_HEIGHT = 230;
  private static final double LARGE_WIDTH = 480;
  private static final double LARGE_HEIGHT = 330;

  private final ReportContent content;
  private final Markup page = new Markup();
  private final List<Section> sections = new ArrayList<>();

  /** A part of the page. */
  private record Section(String id, String title, Runnable body) {}

  private ReportPage(ReportContent content) {
    this.content = content;
    choose();
  }

  /** Returns the page's text. */
  static String of(ReportContent content) {
    return new ReportPage(content).render();
  }

  /** A part without anything to show is left out. */
  private void choose() {
    ReportTables tables = new ReportTables(page, content);
    EpochCharts epochs = new EpochCharts(content.epochs(), content.plannedEpochs());
    if (content.plannedEpochs() > 0) {
      section("curves", "Training curves", () -> charts(epochs.all(), SMALL_WIDTH, SMALL_HEIGHT));
    }
    Measured measured = content.measured();
    if (measured != null) {
      ValidationCharts charts = new ValidationCharts(measured);
      section("classes", "Results of each class", () -> tables.classes(measured));
      if (!measured.result().averages().curves().isEmpty()) {
        section(
            "confidence",
            "Precision, recall and F1",
            () -> charts(charts.curves(), LARGE_WIDTH, LARGE_HEIGHT));
      }
      section("confusion", "Confusion matrix", () -> confusion(charts));
      inspection(measured);
    }
    for (PictureSet set : content.pictures()) {
      if (set.predicted() && !set.pictures().isEmpty()) {
        section(set.id(), set.title(), () -> new PictureSection(page).write(set));
      }
    }
    LabelStatistics labels = content.labels();
    if (labels != null) {
      section("labels", "Labels", () -> labels(labels));
    }
    List<PictureSet> batches = content.pictures().stream().filter(s -> !s.predicted()).toList();
    if (!batches.isEmpty()) {
      section(
          "batches",
          "First training batches",
          () -> batches.forEach(set -> new PictureSection(page).write(set)));
    }
    if (!content.epochs().isEmpty()) {
      section("time", "Where the time goes", () -> time(tables, epochs));
      section("epochs", "Every epoch", tables::epochs);
    }
    if (!content.options().isEmpty()) {
      section("options", "Options", tables::options);
    }
    if (!content.messages().isEmpty()) {
      section("messages", "What the run said", tables::messages);
    }
  }

  /** What is left out where nothing of it was measured. */
  private void inspection(Measured measured) {
    InspectionTables tables = new InspectionTables(page, measured);
    InspectionCharts charts = new InspectionCharts(measured);
    if (measured.result().inspection().all().isPresent()) {
      section(
          "inspection",
          "Overkill and escape",
          () -> {
            tables.rates(charts.shown());
            charts(charts.charts(), LARGE_WIDTH, LARGE_HEIGHT);
          });
    }
    measured
        .wantedPrecision()
        .ifPresent(
            wanted ->
                section("thresholds", "Suggested thresholds", () -> tables.suggestions(wanted)));
    CocoResult coco = measured.coco();
    if (coco != null) {
      section("coco", "By the COCO protocol", () -> tables.coco(coco));
    }
  }

  private void section(String id, String title, Runnable body) {
    sections.add(new Section(id, title, body));
  }

  private String render() {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    PageHead.write(page, content.heading().title());
    page.open("body");
    header();
    page.open("main");
    for (Section section : sections) {
      page.open("section", "id", section.id(), "aria-labelledby", section.id() + "-title");
      page.element("h2", section.title(), "id", section.id() + "-title");
      section.body().run();
      page.close();
    }
    page.close();
    page.open("footer")
        .text("yolo4j · written " + TIME.format(content.heading().written()))
        .close();
    page.open("script").raw("//<![CDATA[\n" + resource("report.js") + "//]]>").close();
    page.close().close();
    return page.raw("\n").toString();
  }

  private void header() {
    ReportContent.Heading heading = content.heading();
    page.open("header");
    page.open("div", "class", "top");
    page.element("h1", heading.title());
    page.element(
        "span",
        heading.status().text(),
        "class",
        "status " + heading.status().kind().name().toLowerCase(Locale.ROOT),
        "id",
        "status",
        "data-running",
        heading.status().running());
    page.close();
    if (content.plannedEpochs() > 0) {
      int done = content.epochs().size();
      page.leaf(
          "progress",
          "max",
          content.plannedEpochs(),
          "value",
          done,
          "aria-label",
          done + " of " + content.plannedEpochs() + " epochs");
    }
    facts(heading.facts());
    figures();
    page.open("nav", "aria-label", "Parts of this page");
    sections.forEach(section -> page.element("a", section.title(), "href", "#" + section.id()));
    page.close().close();
  }

  private void facts(Map<String, String> facts) {
    page.open("dl", "class", "facts");
    facts.forEach(
        (name, value) -> page.open("div").element("dt", name).element("dd", value).close());
    page.close();
  }

  /** The numbers that everybody looks for first. */
  private void figures() {
    Measured measured = content.measured();
    Optional<EpochRow> best = EpochCharts.best(content.epochs());
    if (measured == null && best.isEmpty()) {
      return;
    }
    page.open("dl", "class", "figures");
    if (best.isPresent()) {
      EpochRow row = best.get();
      figure("mAP50-95", row.value(Column.MAP50_TO_95));
      figure("mAP50", row.value(Column.MAP50));
      figure("precision", row.value(Column.PRECISION));
      figure("recall", row.value(Column.RECALL));
      figure("best epoch", Integer.toString(row.epoch() + 1));
      figure("pictures per second", Numbers.significant(row.value(Column.IMAGES_PER_SECOND), 3));
    } else if (measured != null) {
      figure("mAP50-95", measured.result().map50To95());
      figure("mAP50", measured.result().map50());
      figure("precision", measured.result().precision());
      figure("recall", measured.result().recall());
    }
    page.close();
  }

  private void figure(String name, double value) {
    figure(name, Numbers.fixed(value, 3));
  }

  private void figure(String name, String value) {
    page.open("div").element("dt", name).element("dd", value).close();
  }

  private void charts(List<LineChart> charts, double width, double height) {
    page.open("div", "class", width > SMALL_WIDTH ? "charts large" : "charts");
    charts.forEach(chart -> SvgLineChart.write(page, chart, width, height));
    page.close();
  }

  private void confusion(ValidationCharts charts) {
    page.element(
        "p",
        "Detections over a confidence of 0.25 and labels, paired by an IoU over 0.45. Background as"
            + " a prediction is a missed label, as truth a detection of nothing.",
        "class",
        "muted");
    page.open("div", "class", "charts large");
    SvgHeatMap.named(page, charts.normalizedConfusion());
    SvgHeatMap.named(page, charts.confusionCounts());
    page.close();
  }

  private void labels(LabelStatistics labels) {
    page.element(
        "p",
        "%d labels on %d pictures, %d of them without any."
            .formatted(labels.labels(), labels.pictures(), labels.background()),
        "class",
        "muted");
    BarList.write(page, "label-counts", "Labels of each class", "bars", Bar.ofClasses(labels));
    page.open("div", "class", "charts");
    SvgHeatMap.density(page, labels.centres(), false);
    SvgHeatMap.density(page, labels.sizes(), true);
    page.close();
  }

  private void time(ReportTables tables, EpochCharts epochs) {
    page.open("div", "class", "charts large");
    tables.stepTimes();
    SvgLineChart.write(page, epochs.speed(), LARGE_WIDTH, SMALL_HEIGHT);
    page.close();
  }

  /** Returns the text of a file beside the classes. */
  static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the application lacks its file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
