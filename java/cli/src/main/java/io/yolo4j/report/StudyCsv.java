package io.yolo4j.report;

import io.yolo4j.study.NetworkFigures;
import io.yolo4j.study.NetworkTime;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.StudyCell;
import io.yolo4j.study.StudyResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The file {@code study.csv}: a line a finished run, with all digits. */
public final class StudyCsv {
  private static final List<String> HEADER =
      List.of(
          "study",
          "cell",
          "pictures_per_class",
          "seed",
          "pictures",
          "epochs",
          "best_epoch",
          "precision",
          "recall",
          "map50",
          "map50_95",
          "seconds",
          "parameters",
          "flops",
          "torch_ms",
          "onednn_ms");

  private StudyCsv() {}

  /** Returns the file's lines as cells, the first being titles; an empty cell is no value. */
  public static List<List<String>> rows(StudyResult result) {
    Set<String> classes = new LinkedHashSet<>();
    result.runs().forEach(run -> classes.addAll(run.ap50().keySet()));
    List<String> header = new ArrayList<>(HEADER);
    classes.forEach(name -> header.add("ap50 " + name));
    Map<String, StudyCell> cells = new TreeMap<>();
    result.plan().cells().forEach(cell -> cells.put(cell.name(), cell));
    List<List<String>> rows = new ArrayList<>(List.of(header));
    for (RunResult run : result.runs()) {
      StudyCell cell = cells.get(run.cell());
      if (cell != null) {
        rows.add(row(result, cell, run, classes));
      }
    }
    return rows;
  }

  private static List<String> row(
      StudyResult result, StudyCell cell, RunResult run, Set<String> classes) {
    NetworkFigures network = result.plan().network(cell);
    List<Object> row =
        new ArrayList<>(
            List.of(
                result.plan().kind().key(),
                run.cell(),
                cell.picturesPerClass() == 0 ? "" : cell.picturesPerClass(),
                run.seed(),
                run.pictures(),
                run.epochs(),
                run.bestEpoch() + 1,
                run.precision(),
                run.recall(),
                run.map50(),
                run.map50To95(),
                run.seconds(),
                network.parameters(),
                network.flops(),
                median(result, cell, "torch"),
                median(result, cell, "onednn")));
    for (String name : classes) {
      row.add(run.ap50().containsKey(name) ? String.valueOf(run.ap50().get(name)) : "");
    }
    return row.stream().map(String::valueOf).toList();
  }

  private static String median(StudyResult result, StudyCell cell, String backend) {
    return result.times().stream()
        .filter(time -> time.cell().equals(cell.name()) && time.backend().equals(backend))
        .filter(time -> time.problem() == null)
        .map(NetworkTime::median)
        .map(String::valueOf)
        .findFirst()
        .orElse("");
  }
}
