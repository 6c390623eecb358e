package io.yolo4j.study;

import io.yolo4j.train.TrainOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results that nobody trained, for the arithmetic on them. */
final class Cells {
  private Cells() {}

  static TrainOptions options() {
    return TrainOptions.builder(Path.of("data.yaml")).model("yolov5n").epochs(10).build();
  }

  /** Returns the result of a cell with an mAP50 a seed. */
  static CellResult named(String name, double... map50) {
    return result(StudyCell.of(name, "a cell", options()), map50);
  }

  /** Returns the result of a size. */
  static CellResult ofSize(int pictures, double... map50) {
    return result(new StudyCell("n" + pictures, "a size", pictures, options()), map50);
  }

  private static CellResult result(StudyCell cell, double... map50) {
    List<RunResult> runs = new ArrayList<>();
    for (int seed = 0; seed < map50.length; seed++) {
      runs.add(
          new RunResult(cell.name(), seed, 12, 10, 7, 0.5, 0.5, map50[seed], 0.1, Map.of(), 60));
    }
    return new CellResult(cell, runs);
  }
}
