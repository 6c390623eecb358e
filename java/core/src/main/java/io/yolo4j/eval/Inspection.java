package io.yolo4j.eval;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a validation says to somebody who sorts parts by it: overkill and escape rates over the
 * confidence threshold, and thresholds for a wanted precision.
 *
 * @param curves of all classes together first, then of each class by its id; none where they were
 *     left out
 */
public record Inspection(List<InspectionCurves> curves) {
  /** What holds nothing. */
  public static final Inspection NONE = new Inspection(List.of());

  /** Copies the list. */
  public Inspection {
    curves = List.copyOf(curves);
    for (int i = 0; i < curves.size(); i++) {
      if (curves.get(i).classId() != i - 1) {
        throw new IllegalArgumentException(
            "curves must be of all classes, then of class 0, 1 …; got class %d at place %d"
                .formatted(curves.get(i).classId(), i));
      }
    }
  }

  /** Returns the curves of all classes together. */
  public Optional<InspectionCurves> all() {
    return curves.stream().findFirst();
  }

  /**
   * Returns the curves of a class.
   *
   * @throws IndexOutOfBoundsException if there are none
   */
  public InspectionCurves ofClass(int classId) {
    return curves.get(classId + 1);
  }

  /**
   * Returns, by class id, the lowest threshold with a precision; classes that never reach it are
   * absent.
   *
   * @param precision 0 to 1
   */
  public Map<Integer, Float> thresholds(double precision) {
    Map<Integer, Float> thresholds = new TreeMap<>();
    for (InspectionCurves one : curves) {
      if (one.classId() >= 0) {
        one.lowestWithPrecision(precision)
            .ifPresent(point -> thresholds.put(one.classId(), InspectionCurves.threshold(point)));
      }
    }
    return thresholds;
  }
}
