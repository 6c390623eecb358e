package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.study.NetworkFigures;
import io.yolo4j.study.NetworkTime;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.StudyCell;
import io.yolo4j.study.StudyData;
import io.yolo4j.study.StudyKind;
import io.yolo4j.study.StudyPlan;
import io.yolo4j.study.StudyResult;
import io.yolo4j.train.TrainOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results of studies that nobody trained. */
final class FakeStudy {
  private FakeStudy() {}

  /** Returns the result of a study of that kind, each row the mAP50 of a cell's seeds. */
  static StudyResult of(StudyKind kind, List<String> names, double[][] map50) {
    TrainOptions options = TrainOptions.builder(Path.of("d.yaml")).model("yolov5n").build();
    List<StudyCell> cells = new ArrayList<>();
    List<RunResult> runs = new ArrayList<>();
    List<NetworkTime> times = new ArrayList<>();
    Map<String, NetworkFigures> networks = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      int size = kind == StudyKind.SIZE ? 30 * (i + 1) : 0;
      String name = names.get(i);
      cells.add(new StudyCell(name, "what <" + name + "> is", size, options));
      networks.put(name, new NetworkFigures(1_000_000L * (i + 1), 2_500_000L * (i + 1)));
      for (int seed = 0; seed < map50[i].length; seed++) {
        double value = map50[i][seed];
        runs.add(
            new RunResult(
                name, seed, 60, 10, 7, 0.5, 0.6, value, value / 2, Map.of("a,b", value), 90));
      }
      if (kind == StudyKind.BACKBONE) {
        times.add(new NetworkTime(name, "torch", 3, 1.5, 2.25, 3, null));
        times.add(
            i == 0
                ? new NetworkTime(name, "onednn", 3, 1, 1.25, 2, null)
                : new NetworkTime(
                    name, "onednn", 0, Double.NaN, Double.NaN, Double.NaN, "no such step"));
      }
    }
    List<Long> seeds = new ArrayList<>();
    for (long seed = 0; seed < map50[0].length; seed++) {
      seeds.add(seed);
    }
    Dataset nothing = new Dataset("none", List.of("a,b"), List.of(), List.of());
    StudyData data =
        new StudyData(
            Path.of("d.yaml"),
            Optional.empty(),
            List.of("a,b"),
            nothing,
            nothing,
            List.of("warning: <odd>"));
    return new StudyResult(new StudyPlan(kind, data, cells, seeds, networks), runs, times);
  }
}
