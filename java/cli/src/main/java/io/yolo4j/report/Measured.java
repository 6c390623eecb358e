package io.yolo4j.report;

import io.yolo4j.eval.ValidationResult;
import java.util.List;

/**
 * A validation that is shown.
 *
 * @param of which one it is, for example {@code epoch 12, the best so far}
 * @param result what was measured
 * @param classNames the classes' names by id
 */
record Measured(String of, ValidationResult result, List<String> classNames) {
  /** Copies the list. */
  Measured {
    classNames = List.copyOf(classNames);
  }

  /** Returns a class's name; its id where it has none. */
  String name(int classId) {
    return classId < classNames.size() ? classNames.get(classId) : "class " + classId;
  }
}
