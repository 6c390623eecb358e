package io.yolo4j.report;

import io.yolo4j.study.CellResult;
import io.yolo4j.study.Estimate;
import io.yolo4j.study.NetworkFigures;
import io.yolo4j.study.NetworkTime;
import io.yolo4j.study.Ranking;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.StudyKind;
import io.yolo4j.study.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a study has found out, as a table for people: a row a cell; by falling mean where cells are
 * ranked, by size where they are sizes.
 *
 * @param header titles
 * @param rows as long as the header
 */
public record StudyTable(List<String> header, List<List<String>> rows) {
  /** Copies the lists. */
  public StudyTable {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
  }

  /** Returns the table of a result. */
  public static StudyTable of(StudyResult result) {
    boolean sizes = result.plan().kind() == StudyKind.SIZE;
    boolean networks = result.plan().kind() == StudyKind.BACKBONE;
    List<String> header = new ArrayList<>();
    header.add(result.plan().kind().title());
    if (!sizes) {
      header.add("place");
    }
    header.addAll(List.of("runs", "mAP50", "95 % interval", "mAP50-95", "P", "R"));
    if (networks) {
      header.addAll(List.of("parameters", "MFLOP", "torch ms (min, p95)", "onednn ms (min, p95)"));
    }
    header.add("time a run");
    List<List<String>> rows = new ArrayList<>();
    for (Ranking.Place place : places(result, sizes)) {
      List<String> row = new ArrayList<>();
      CellResult cell = place.cell();
      row.add(sizes ? Integer.toString(cell.cell().picturesPerClass()) : cell.cell().name());
      if (!sizes) {
        row.add(place.text());
      }
      row.addAll(accuracy(cell));
      if (networks) {
        row.addAll(network(result, cell));
      }
      row.add(Numbers.clock(cell.estimate(RunResult::seconds).mean()));
      rows.add(row);
    }
    return new StudyTable(header, rows);
  }

  private static List<Ranking.Place> places(StudyResult result, boolean sizes) {
    return sizes
        ? result.cells().stream().map(cell -> new Ranking.Place(cell, 0, 0)).toList()
        : result.ranking().places();
  }

  private static List<String> accuracy(CellResult cell) {
    return List.of(
        Integer.toString(cell.runs().size()),
        spread(cell, RunResult::map50),
        interval(cell.map50()),
        spread(cell, RunResult::map50To95),
        spread(cell, RunResult::precision),
        spread(cell, RunResult::recall));
  }

  private static String spread(CellResult cell, ToDoubleFunction<RunResult> figure) {
    Estimate estimate = cell.estimate(figure);
    String mean = Numbers.fixed(estimate.mean(), 3);
    return estimate.hasInterval() ? mean + " ± " + Numbers.fixed(estimate.deviation(), 3) : mean;
  }

  /** Returns an interval as text; a dash where one run gives none. */
  public static String interval(Estimate estimate) {
    return estimate.hasInterval()
        ? Numbers.fixed(estimate.low(), 3) + " to " + Numbers.fixed(estimate.high(), 3)
        : "–";
  }

  private static List<String> network(StudyResult result, CellResult cell) {
    NetworkFigures network = result.plan().network(cell.cell());
    return List.of(
        Long.toString(network.parameters()),
        Numbers.fixed(network.flops() / 1e6, 1),
        time(result, cell, "torch"),
        time(result, cell, "onednn"));
  }

  private static String time(StudyResult result, CellResult cell, String backend) {
    return result.times().stream()
        .filter(time -> time.cell().equals(cell.cell().name()) && time.backend().equals(backend))
        .map(StudyTable::time)
        .findFirst()
        .orElse("–");
  }

  private static String time(NetworkTime time) {
    return time.problem() != null
        ? "cannot run"
        : "%s (%s, %s)"
            .formatted(
                Numbers.fixed(time.median(), 2),
                Numbers.fixed(time.minimum(), 2),
                Numbers.fixed(time.p95(), 2));
  }
}
