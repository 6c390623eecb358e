package io.yolo4j.cli;

import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.CocoResult;
import io.yolo4j.eval.ConfusionMatrix;
import io.yolo4j.eval.Inspection;
import io.yolo4j.eval.InspectionCurves;
import io.yolo4j.eval.ValidationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What {@code val} prints, whatever the form.
 *
 * @param result of the validation
 * @param coco figures by the COCO protocol; null where they weren't asked for
 * @param rates confidence thresholds at which rates are shown
 * @param precision to suggest thresholds for
 * @param confusion whether the confusion matrix is shown
 */
record ValFindings(
    ValidationResult result,
    @Nullable CocoResult coco,
    List<Double> rates,
    OptionalDouble precision,
    boolean confusion) {

  /** Returns the place of a threshold in the curves. */
  static int point(double threshold) {
    return (int) Math.rint(threshold * (InspectionCurves.POINTS - 1));
  }

  /** Returns the threshold of a place, as a decimal number. */
  static double threshold(int point) {
    return point / (InspectionCurves.POINTS - 1.0);
  }

  Inspection inspection() {
    return result.inspection();
  }

  InspectionCurves all() {
    return inspection().all().orElseThrow();
  }

  /** Returns all classes together, and each class with labels. */
  List<InspectionCurves> curves() {
    List<InspectionCurves> curves = new ArrayList<>(List.of(all()));
    result.classes().forEach(one -> curves.add(inspection().ofClass(one.classId())));
    return curves;
  }

  /** Returns a class's name. */
  String name(int classId) {
    return result.classes().stream()
        .filter(one -> one.classId() == classId)
        .map(ClassResult::name)
        .findFirst()
        .orElse("all");
  }

  /** Returns the suggested threshold's place of a class; none where no threshold will do. */
  Optional<Integer> suggested(InspectionCurves curves) {
    return precision.isPresent()
        ? curves.lowestWithPrecision(precision.getAsDouble())
        : Optional.empty();
  }

  /** Returns the confusion matrix row by row. */
  static List<List<Long>> counts(ConfusionMatrix matrix) {
    List<List<Long>> rows = new ArrayList<>();
    for (int predicted = 0; predicted <= matrix.classes(); predicted++) {
      List<Long> row = new ArrayList<>();
      for (int actual = 0; actual <= matrix.classes(); actual++) {
        row.add(matrix.at(predicted, actual));
      }
      rows.add(row);
    }
    return rows;
  }
}
