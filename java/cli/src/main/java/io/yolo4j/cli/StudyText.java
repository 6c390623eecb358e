package io.yolo4j.cli;

import io.yolo4j.report.Numbers;
import io.yolo4j.report.StudyCsv;
import io.yolo4j.report.StudyTable;
import io.yolo4j.study.CellResult;
import io.yolo4j.study.Estimate;
import io.yolo4j.study.NetworkTime;
import io.yolo4j.study.Ranking;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.SizeAnswer;
import io.yolo4j.study.Study;
import io.yolo4j.study.StudyCell;
import io.yolo4j.study.StudyKind;
import io.yolo4j.study.StudyPlan;
import io.yolo4j.study.StudyResult;
import io.yolo4j.study.StudyRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What studies print on standard output. */
final class StudyText {
  private StudyText() {}

  /** Prints what a study would train. */
  static void plan(Study study, TableOutput output) throws IOException {
    StudyPlan plan = study.plan();
    int found = study.found().runs().size();
    Table table =
        new Table(
            List.of(plan.kind().title(), "pictures", "epochs", "seeds", "MFLOP", "what it is"));
    for (StudyCell cell : plan.cells()) {
      int pictures =
          plan.runs().stream()
              .filter(run -> run.cell().equals(cell))
              .mapToInt(StudyRun::pictures)
              .findFirst()
              .orElseThrow();
      table.row(
          List.of(
              cell.name(),
              pictures,
              cell.options().epochs(),
              plan.seeds().size(),
              Numbers.fixed(plan.network(cell).flops() / 1e6, 1),
              cell.text()));
    }
    switch (output.format()) {
      case JSON -> output.printJson(planJson(plan, found));
      case CSV -> table.printCsv(output.out());
      case TABLE -> {
        plan.data().notes().forEach(note -> output.err().println("yolo4j: " + note));
        table.print(output.out());
        output
            .out()
            .printf(
                "%d runs in %s, %d of them done; validation on %d pictures%n",
                plan.runs().size(),
                study.folder(),
                found,
                plan.data().validation().samples().size());
      }
    }
  }

  private static Map<String, Object> planJson(StudyPlan plan, int found) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("study", plan.kind().key());
    json.put("seeds", plan.seeds());
    json.put("notes", plan.data().notes());
    json.put("done", found);
    List<Map<String, Object>> runs = new ArrayList<>();
    for (StudyRun run : plan.runs()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("cell", run.cell().name());
      one.put("seed", run.seed());
      one.put("pictures", run.pictures());
      one.put("epochs", run.cell().options().epochs());
      runs.add(one);
    }
    json.put("runs", runs);
    return json;
  }

  /** Prints what a study has found out. */
  static void result(Study study, StudyResult result, double target, TableOutput output) {
    switch (output.format()) {
      case JSON -> output.printJson(json(study, result, target));
      case CSV -> print(StudyCsv.rows(result)).printCsv(output.out());
      case TABLE -> {
        StudyTable shown = StudyTable.of(result);
        List<List<String>> rows = new ArrayList<>(List.of(shown.header()));
        rows.addAll(shown.rows());
        PrintWriter out = output.out();
        print(rows).print(out);
        out.println(result.legend());
        result.answer(target).forEach(out::println);
        for (NetworkTime time : result.times()) {
          if (time.problem() != null) {
            out.printf("%s on %s: %s%n", time.cell(), time.backend(), time.problem());
          }
        }
        out.printf("Page: %s%n", study.folder().resolve("study.html"));
      }
    }
  }

  private static Table print(List<List<String>> rows) {
    Table table = new Table(rows.get(0));
    rows.subList(1, rows.size()).forEach(table::row);
    return table;
  }

  private static Map<String, Object> json(Study study, StudyResult result, double target) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("study", result.plan().kind().key());
    json.put("folder", study.folder().toString());
    json.put("complete", result.complete());
    json.put("seeds", result.plan().seeds());
    json.put("cells", result.cells().stream().map(cell -> cell(result, cell)).toList());
    json.put("answer", result.answer(target));
    if (result.plan().kind() == StudyKind.SIZE) {
      result.pictures(target).ifPresent(answer -> json.put("pictures", pictures(answer)));
    } else {
      json.put("ranking", result.ranking().places().stream().map(StudyText::place).toList());
    }
    json.put("times", result.times().stream().map(StudyText::time).toList());
    return json;
  }

  /** JSON has no NaN: what could not run has a reason instead of times. */
  private static Map<String, Object> time(NetworkTime time) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cell", time.cell());
    json.put("backend", time.backend());
    if (time.problem() != null) {
      json.put("problem", time.problem());
      return json;
    }
    json.put("runs", time.runs());
    json.put("min_ms", time.minimum());
    json.put("median_ms", time.median());
    json.put("p95_ms", time.p95());
    return json;
  }

  private static Map<String, Object> cell(StudyResult result, CellResult cell) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cell", cell.cell().name());
    if (cell.cell().picturesPerClass() > 0) {
      json.put("pictures_per_class", cell.cell().picturesPerClass());
    }
    json.put("parameters", result.plan().network(cell.cell()).parameters());
    json.put("flops", result.plan().network(cell.cell()).flops());
    json.put("map50", estimate(cell.map50()));
    json.put("map50_95", estimate(cell.estimate(RunResult::map50To95)));
    json.put("precision", estimate(cell.estimate(RunResult::precision)));
    json.put("recall", estimate(cell.estimate(RunResult::recall)));
    json.put("runs", cell.runs());
    return json;
  }

  /** JSON has no NaN: without an interval there are no ends. */
  private static Map<String, Object> estimate(Estimate estimate) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", estimate.mean());
    json.put("deviation", estimate.deviation());
    if (estimate.hasInterval()) {
      json.put("low", estimate.low());
      json.put("high", estimate.high());
    }
    return json;
  }

  private static Map<String, Object> place(Ranking.Place place) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cell", place.cell().cell().name());
    if (place.first() > 0) {
      json.put("first", place.first());
      json.put("last", place.last());
    }
    return json;
  }

  private static Map<String, Object> pictures(SizeAnswer answer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("target", answer.target());
    put(json, "mean", answer.pictures());
    put(json, "least", answer.least());
    put(json, "most", answer.most());
    return json;
  }

  private static void put(Map<String, Object> json, String key, OptionalDouble value) {
    value.ifPresent(number -> json.put(key, number));
  }
}
