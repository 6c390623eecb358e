package io.yolo4j.report;

import io.yolo4j.study.NetworkTime;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.StudyCell;
import io.yolo4j.study.StudyKind;
import io.yolo4j.study.StudyPlan;
import io.yolo4j.study.StudyResult;
import java.util.List;

/** A study as a page: one file that needs neither a network nor a script. */
final class StudyPage {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 400;

  private final Markup page = new Markup();
  private final StudyResult result;
  private final StudyPlan plan;
  private final double target;

  private StudyPage(StudyResult result, double target) {
    this.result = result;
    plan = result.plan();
    this.target = target;
  }

  /**
   * Returns the page's text.
   *
   * @param target the wanted mAP50 of a study of sizes
   */
  static String of(StudyResult result, double target) {
    return new StudyPage(result, target).render();
  }

  private String render() {
    String title = "Study of the " + plan.kind().title();
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    PageHead.write(page, title);
    page.open("body").open("header");
    header(title);
    page.close().open("main");
    section("answer", "What came out", this::answer);
    section("runs", "Every run", this::runs);
    section("plan", "What was trained", this::plan);
    if (!plan.data().notes().isEmpty()) {
      section("data", "What the data set says", () -> list(plan.data().notes()));
    }
    page.close();
    page.element("footer", "yolo4j · study");
    page.open("script").raw("//<![CDATA[\n" + ReportPage.resource("report.js") + "//]]>").close();
    page.close().close();
    return page.raw("\n").toString();
  }

  private void header(String title) {
    boolean complete = result.complete();
    page.open("div", "class", "top").element("h1", title);
    page.element(
        "span",
        complete ? "finished" : "%d of %d runs".formatted(result.runs().size(), plan.runs().size()),
        "class",
        "status " + (complete ? "finished" : "cancelled"),
        "id",
        "status",
        "data-running",
        false);
    page.close();
    result.answer(target).forEach(sentence -> page.element("p", sentence, "class", "headline"));
    page.open("dl", "class", "facts");
    fact("data", plan.data().file().toString());
    fact("class", plan.data().className().orElse("all"));
    fact("seeds", plan.seeds().toString());
    fact(
        "pictures",
        "%d for training, %d for validation"
            .formatted(
                plan.data().training().samples().size(),
                plan.data().validation().samples().size()));
    fact("time of all runs", Numbers.clock(result.seconds()));
    page.close();
  }

  private void fact(String name, String value) {
    page.open("div").element("dt", name).element("dd", value).close();
  }

  private void section(String id, String title, Runnable body) {
    page.open("section", "id", id, "aria-labelledby", id + "-title");
    page.element("h2", title, "id", id + "-title");
    body.run();
    page.close();
  }

  private void answer() {
    if (!result.runs().isEmpty()) {
      if (plan.kind() == StudyKind.SIZE) {
        SvgLineChart.write(page, StudyCharts.sizes(result, target), WIDTH, HEIGHT);
      } else {
        SvgIntervals.write(page, StudyReport.intervals(result));
      }
    }
    StudyTable table = StudyTable.of(result);
    table(table.header(), table.rows());
    page.element("p", result.legend(), "class", "muted");
    for (NetworkTime time : result.times()) {
      if (time.problem() != null) {
        page.element("p", "%s on %s: %s".formatted(time.cell(), time.backend(), time.problem()));
      }
    }
  }

  private void runs() {
    table(
        List.of(
            plan.kind().title(),
            "seed",
            "pictures",
            "epochs",
            "best",
            "P",
            "R",
            "mAP50",
            "mAP50-95",
            "time"),
        result.runs().stream().map(StudyPage::run).toList());
  }

  private static List<String> run(RunResult run) {
    return List.of(
        run.cell(),
        Long.toString(run.seed()),
        Integer.toString(run.pictures()),
        Integer.toString(run.epochs()),
        Integer.toString(run.bestEpoch() + 1),
        Numbers.fixed(run.precision(), 3),
        Numbers.fixed(run.recall(), 3),
        Numbers.fixed(run.map50(), 3),
        Numbers.fixed(run.map50To95(), 3),
        Numbers.clock(run.seconds()));
  }

  private void plan() {
    table(
        List.of(plan.kind().title(), "epochs", "what it is"),
        plan.cells().stream().map(StudyPage::cell).toList());
    page.element(
        "p", "All options stand in plan.json, each run's own report in runs.", "class", "muted");
  }

  private static List<String> cell(StudyCell cell) {
    return List.of(cell.name(), Integer.toString(cell.options().epochs()), cell.text());
  }

  private void list(List<String> texts) {
    page.open("ul", "class", "messages");
    texts.forEach(text -> page.element("li", text));
    page.close();
  }

  /** The first column names the row, the others are figures. */
  private void table(List<String> header, List<List<String>> rows) {
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (int i = 0; i < header.size(); i++) {
      page.element("th", header.get(i), "scope", "col", "class", i == 0 ? "name" : "number");
    }
    page.close().close().open("tbody");
    for (List<String> row : rows) {
      page.open("tr").element("th", row.get(0), "scope", "row");
      row.subList(1, row.size()).forEach(cell -> page.element("td", cell, "class", "number"));
      page.close();
    }
    page.close().close().close();
  }
}
