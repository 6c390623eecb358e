package io.yolo4j.report;

import io.yolo4j.eval.CocoResult;
import io.yolo4j.eval.ValidationResult;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A validation that is shown.
 *
 * @param of which one it is, for example {@code epoch 12, the best so far}
 * @param result what was measured
 * @param classNames the classes' names by id
 * @param coco figures by the COCO protocol; null where they weren't asked for
 * @param wantedPrecision the precision for which thresholds are suggested
 */
record Measured(
    String of,
    ValidationResult result,
    List<String> classNames,
    @Nullable CocoResult coco,
    OptionalDouble wantedPrecision) {
  /** Copies the list. */
  Measured {
    classNames = List.copyOf(classNames);
  }

  /** A validation without what is measured on request only. */
  Measured(String of, ValidationResult result, List<String> classNames) {
    this(of, result, classNames, null, OptionalDouble.empty());
  }

  /** Returns a class's name; its id where it has none. */
  String name(int classId) {
    return classId < classNames.size() ? classNames.get(classId) : "class " + classId;
  }
}
