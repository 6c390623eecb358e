package io.yolo4j.eval;

/**
 * Counts by how many thresholds of {@link InspectionCurves} a confidence exceeds: of clean and of
 * defect pictures by their highest confidence, of right and of wrong detections by their own.
 */
final class InspectionCounts {
  final int[] clean = counts();
  final int[] defects = counts();
  final int[] right = counts();
  final int[] wrong = counts();

  private static int[] counts() {
    return new int[InspectionCurves.POINTS + 1];
  }

  /** Returns how many exceed each threshold. */
  static int[] over(int[] byReached) {
    int[] over = new int[InspectionCurves.POINTS];
    int sum = 0;
    for (int point = over.length - 1; point >= 0; point--) {
      sum += byReached[point + 1];
      over[point] = sum;
    }
    return over;
  }
}
