package io.yolo4j.eval;

import java.util.Optional;

/**
 * How an inspection would go at each confidence threshold, for one class or for all of them.
 *
 * <p>A picture is judged as a whole: it is flagged when at least one of its detections has a
 * confidence over the threshold, wherever that lies. It is a defect picture when it has a label,
 * clean when it has none; of one class only labels and detections of that class count. The overkill
 * rate is the share of clean pictures that are flagged, the escape rate the share of defect
 * pictures that are not.
 *
 * <p>Precision and recall here are counted, not interpolated: of the detections over the threshold
 * the share that is right at IoU 0.5, and of the labels the share that those find.
 *
 * <p>Thresholds lie at {@value #POINTS} places from 0 to 1 in steps of a thousandth. Below the
 * confidence at which a validation drops candidates nothing is known, and nothing is suggested.
 *
 * <p>Immutable. Takes 16 kB.
 */
public final class InspectionCurves {
  /** Number of thresholds. */
  public static final int POINTS = 1001;

  /** The class id of the curves of all classes together. */
  public static final int ALL = -1;

  private final int classId;
  private final int known;
  private final int clean;
  private final int defects;
  private final int labels;
  private final int[] flaggedClean;
  private final int[] flaggedDefects;
  private final int[] right;
  private final int[] wrong;

  /**
   * Creates curves.
   *
   * @param known the first point of which anything is known
   */
  InspectionCurves(
      int classId, int known, int clean, int defects, int labels, InspectionCounts counts) {
    this.classId = classId;
    this.known = Math.min(known, POINTS - 1);
    this.clean = clean;
    this.defects = defects;
    this.labels = labels;
    flaggedClean = InspectionCounts.over(counts.clean);
    flaggedDefects = InspectionCounts.over(counts.defects);
    right = InspectionCounts.over(counts.right);
    wrong = InspectionCounts.over(counts.wrong);
  }

  /** Returns a threshold: 0 for the first point, 1 for the last. */
  public static float threshold(int point) {
    return (float) (point / (double) (POINTS - 1));
  }

  /** Returns how many thresholds a confidence exceeds. */
  static int reached(float confidence) {
    int points = (int) Math.min(POINTS, Math.max(0, (long) (confidence * (POINTS - 1.0)) - 1));
    while (points < POINTS && confidence > threshold(points)) {
      points++;
    }
    return points;
  }

  /** Returns the class's index; {@link #ALL} for all classes together. */
  public int classId() {
    return classId;
  }

  /** Returns the number of pictures without a label. */
  public int cleanPictures() {
    return clean;
  }

  /** Returns the number of pictures with a label. */
  public int defectPictures() {
    return defects;
  }

  /** Returns the share of clean pictures that are flagged; NaN where there is none. */
  public double overkill(int point) {
    return share(flaggedClean[point], clean);
  }

  /** Returns the share of defect pictures that are not flagged; NaN where there is none. */
  public double escape(int point) {
    return share(defects - flaggedDefects[point], defects);
  }

  /** Returns the share of the detections over a threshold that is right; NaN where none is over. */
  public double precision(int point) {
    return share(right[point], right[point] + wrong[point]);
  }

  /** Returns the share of the labels that is found over a threshold; NaN where there is none. */
  public double recall(int point) {
    return share(right[point], labels);
  }

  private static double share(int part, int all) {
    return all == 0 ? Double.NaN : (double) part / all;
  }

  /**
   * Returns the point at which the larger of the two rates is least, the middle one of the first
   * ones in a row; none where there is no clean picture or no defect picture.
   */
  public Optional<Integer> balanced() {
    if (clean == 0 || defects == 0) {
      return Optional.empty();
    }
    int first = known;
    for (int i = known + 1; i < POINTS; i++) {
      if (worse(i) < worse(first)) {
        first = i;
      }
    }
    int last = first;
    while (last + 1 < POINTS && worse(last + 1) <= worse(first)) {
      last++;
    }
    return Optional.of((first + last) / 2);
  }

  private double worse(int point) {
    return Math.max(overkill(point), escape(point));
  }

  /**
   * Returns the lowest point from which on the detections over it have that precision, which is the
   * one of the highest recall; none where no threshold reaches it.
   *
   * @param wanted 0 to 1
   */
  public Optional<Integer> lowestWithPrecision(double wanted) {
    checkFraction(wanted);
    for (int i = known; i < POINTS; i++) {
      if (precision(i) >= wanted) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Returns the highest precision of any threshold; NaN where there is no detection. */
  public double highestPrecision() {
    double highest = Double.NaN;
    for (int i = 0; i < POINTS; i++) {
      if (!(precision(i) <= highest) && !Double.isNaN(precision(i))) {
        highest = precision(i);
      }
    }
    return highest;
  }

  private static void checkFraction(double wanted) {
    if (!(wanted >= 0 && wanted <= 1)) {
      throw new IllegalArgumentException("a precision must lie in 0 to 1, got " + wanted);
    }
  }
}
