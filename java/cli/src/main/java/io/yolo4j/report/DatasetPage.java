package io.yolo4j.report;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Split;
import io.yolo4j.data.quality.Lookalikes;
import io.yolo4j.data.quality.SuspiciousLabel;
import io.yolo4j.train.AnchorCheck;
import io.yolo4j.train.AnchorReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A data set as a page: one file that needs neither a network nor a script. */
public final class DatasetPage {
  private static final int MOST_ROWS = 200;

  private final DatasetGlance glance;
  private final Dataset joined;
  private final DatasetPictures pictures;
  private final Markup page = new Markup();

  private DatasetPage(DatasetGlance glance) {
    this.glance = glance;
    joined = glance.joined();
    pictures = new DatasetPictures(joined);
  }

  /** Returns the page's text. Reads some pictures; those that cannot be read are left out. */
  public static String of(DatasetGlance glance) {
    return new DatasetPage(glance).render();
  }

  private String render() {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    PageHead.write(page, title());
    page.open("body");
    header();
    page.open("main");
    section("labels", "Labels", this::labels);
    section("shapes", "Sizes and shapes", this::shapes);
    DatasetGlance.Anchors anchors = glance.anchors();
    if (anchors != null) {
      section("anchors", "Anchors", () -> anchors(anchors));
    }
    section("suspicious", "Suspicious labels", this::suspicious);
    Lookalikes lookalikes = glance.lookalikes();
    if (lookalikes != null) {
      section("lookalikes", "Pictures that are there twice", () -> twice(lookalikes));
    }
    section("flaws", "Flaws", this::flaws);
    section("some", "Some pictures", this::some);
    page.close().open("footer").text("yolo4j").close();
    page.open("script").raw("//<![CDATA[\n" + ReportPage.resource("report.js") + "//]]>").close();
    page.close().close();
    return page.raw("\n").toString();
  }

  private String title() {
    return "Data set " + glance.config().file().getFileName();
  }

  private void section(String id, String title, Runnable body) {
    page.open("section", "id", id, "aria-labelledby", id + "-title");
    page.element("h2", title, "id", id + "-title");
    body.run();
    page.close();
  }

  private void header() {
    page.open("header").open("div", "class", "top").element("h1", title()).close();
    page.open("dl", "class", "facts");
    fact("file", glance.config().file().toString());
    glance.parts().forEach((split, part) -> fact(split.key(), part.samples().size() + " pictures"));
    fact("image size", glance.imageSize() + " pixels");
    page.close();
    page.open("dl", "class", "figures");
    figure("pictures", joined.samples().size());
    figure("without boxes", joined.samples().stream().filter(s -> s.labels().isEmpty()).count());
    figure("boxes", joined.labels());
    figure("classes", joined.classNames().size());
    figure("suspicious labels", glance.suspicious().size());
    if (glance.lookalikes() != null) {
      figure("repeated pictures", glance.lookalikes().repeated());
    }
    page.close().close();
  }

  private void fact(String name, String value) {
    page.open("div").element("dt", name).element("dd", value).close();
  }

  private void figure(String name, long value) {
    page.open("div").element("dt", name).element("dd", Long.toString(value)).close();
  }

  private void muted(String text) {
    page.element("p", text, "class", "muted");
  }

  private void labels() {
    LabelStatistics labels = LabelStatistics.of(joined);
    muted("All parts together, a picture of several parts once.");
    List<String> empty = new ArrayList<>();
    for (int id = 0; id < labels.names().size(); id++) {
      if (labels.labels(id) == 0) {
        empty.add(labels.names().get(id));
      }
    }
    if (!empty.isEmpty()) {
      page.element(
          "p", "%d classes have no boxes: %s.".formatted(empty.size(), String.join(", ", empty)));
    }
    BarList.write(page, "label-counts", "Labels of each class", "bars", Bar.ofClasses(labels));
    parts();
    page.open("div", "class", "charts");
    SvgHeatMap.density(page, labels.centres(), false);
    SvgHeatMap.density(page, labels.sizes(), true);
    page.close();
  }

  /** Boxes of each class in each part. */
  private void parts() {
    List<Split> splits = List.copyOf(glance.parts().keySet());
    List<String> heads = new ArrayList<>();
    splits.forEach(split -> heads.add(split.key()));
    open("class", heads);
    Map<Split, LabelStatistics> counts = new EnumMap<>(Split.class);
    glance.parts().forEach((split, part) -> counts.put(split, LabelStatistics.of(part)));
    for (int i = 0; i < joined.classNames().size(); i++) {
      int id = i;
      row(
          joined.classNames().get(id),
          counts.values().stream()
              .map(one -> "%d on %d pictures".formatted(one.labels(id), one.shownOn(id)))
              .toList());
    }
    closeTable();
  }

  private void open(String first, List<String> heads) {
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    page.element("th", first, "scope", "col");
    heads.forEach(head -> page.element("th", head, "scope", "col", "class", "number"));
    page.close().close().open("tbody");
  }

  private void row(String first, List<String> cells) {
    page.open("tr").element("th", first, "scope", "row");
    cells.forEach(cell -> page.element("td", cell, "class", "number"));
    page.close();
  }

  private void closeTable() {
    page.close().close().close();
  }

  private void shapes() {
    page.open("div", "class", "charts large");
    for (DatasetCharts.Chart chart : new DatasetCharts(joined, glance.imageSize()).all()) {
      BarList.write(page, chart.id(), chart.title(), "bars one", chart.bars());
    }
    page.close();
  }

  private void anchors(DatasetGlance.Anchors anchors) {
    AnchorReport report = anchors.report();
    muted(
        "Best possible recall of %s at %d pixels: the share of boxes that at least one anchor can learn, sides up to %s times its own. Under %s new anchors are worth fitting."
            .formatted(
                anchors.model(),
                glance.imageSize(),
                number(anchors.anchorT()),
                number(AnchorCheck.LIMIT)));
    open("class", List.of("boxes", "reached", "recall"));
    row(
        "all",
        List.of(
            Integer.toString(report.boxes()),
            Integer.toString(report.reached()),
            Numbers.fixed(report.recall(), 4)));
    for (AnchorReport.ClassRecall one : report.classes()) {
      row(
          joined.classNames().get(one.classId()),
          List.of(
              Integer.toString(one.boxes()),
              Integer.toString(one.reached()),
              Numbers.fixed(one.recall(), 4)));
    }
    closeTable();
  }

  private static String number(double value) {
    return Numbers.significant(value, 4);
  }

  private void suspicious() {
    if (glance.suspicious().isEmpty()) {
      muted("None.");
      return;
    }
    Map<SuspiciousLabel.Kind, Integer> counts = new EnumMap<>(SuspiciousLabel.Kind.class);
    glance.suspicious().forEach(one -> counts.merge(one.kind(), 1, Integer::sum));
    muted(
        "Allowed, and often mistakes: "
            + counts.entrySet().stream()
                .map(one -> one.getValue() + " " + words(one.getKey()))
                .collect(Collectors.joining(", "))
            + ".");
    new PictureSection(page)
        .write(
            new PictureSet(
                "suspicious-some",
                "Some of each kind",
                false,
                pictures.suspicious(glance.suspicious())));
    page.open("details").element("summary", "as a table");
    page.open("ul", "class", "messages");
    glance.suspicious().stream()
        .limit(MOST_ROWS)
        .forEach(one -> page.element("li", words(one.kind()) + ": " + one));
    page.close();
    more(glance.suspicious().size());
    page.close();
  }

  private void more(int all) {
    if (all > MOST_ROWS) {
      muted("and %d more".formatted(all - MOST_ROWS));
    }
  }

  static String words(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void twice(Lookalikes lookalikes) {
    if (lookalikes.groups().isEmpty()) {
      muted("None: no two have the same pixels or look the same.");
      return;
    }
    long overlaps = lookalikes.groups().stream().filter(Lookalikes.Group::overlap).count();
    muted(
        "%d groups, %d of them with the same pixels, %d across parts: what is measured on is learnt from there."
            .formatted(
                lookalikes.groups().size(),
                lookalikes.groups().stream().filter(Lookalikes.Group::exact).count(),
                overlaps));
    for (PictureSet set : pictures.groups(lookalikes.groups())) {
      new PictureSection(page).write(set);
    }
    page.open("details").element("summary", "all groups").open("ul", "class", "messages");
    lookalikes.groups().stream()
        .limit(MOST_ROWS)
        .forEach(
            group ->
                page.element(
                    "li",
                    (group.exact() ? "same pixels: " : "look the same: ")
                        + group.pictures().stream()
                            .map(path -> String.valueOf(path.getFileName()))
                            .collect(Collectors.joining(", "))
                        + " ("
                        + group.parts().stream().map(Split::key).collect(Collectors.joining(", "))
                        + ")"));
    page.close();
    more(lookalikes.groups().size());
    page.close();
  }

  private void flaws() {
    List<DataIssue> issues = new ArrayList<>();
    glance.parts().values().forEach(part -> issues.addAll(part.issues()));
    if (glance.lookalikes() != null) {
      issues.addAll(glance.lookalikes().unreadable());
    }
    List<DataIssue> once = issues.stream().distinct().toList();
    if (once.isEmpty()) {
      muted("None: every picture and row can be used.");
      return;
    }
    muted("What they concern is left out of all that is shown here.");
    page.open("ul", "class", "messages");
    once.stream().limit(MOST_ROWS).forEach(issue -> page.element("li", issue.toString()));
    page.close();
    more(once.size());
  }

  private void some() {
    new PictureSection(page)
        .write(new PictureSet("some-of-all", "Of all classes", false, pictures.some()));
  }
}
