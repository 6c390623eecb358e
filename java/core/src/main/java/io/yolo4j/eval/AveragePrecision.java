package io.yolo4j.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Precision, recall, F1 and average precision of each class.
 *
 * <p>Per class over its detections by falling confidence: recall = right/labels, precision =
 * right/all, with the ends (0, 1) and (1, 0); precision made monotone from the right; AP is the
 * area under 101 interpolated points (Everingham et al., "The Pascal Visual Object Classes
 * Challenge: a retrospective", 2015; 101 points as in COCO). Precision, recall and F1 are read at
 * the one confidence, of 1000, at which the mean F1 over the classes is best.
 */
public final class AveragePrecision {
  private static final int RECALL_POINTS = 101;
  private static final double TINY = 1e-16;

  private AveragePrecision() {}

  /**
   * The result.
   *
   * @param classes the classes that have labels, by rising id
   * @param bestConfidence the confidence at which precision, recall and F1 were read
   * @param curves of these classes, in the same order; none where they were left out
   */
  public record Result(
      List<ClassPrecision> classes, double bestConfidence, List<PrecisionCurves> curves) {
    /** Copies the lists. */
    public Result {
      classes = List.copyOf(classes);
      curves = List.copyOf(curves);
      if (!curves.isEmpty() && curves.size() != classes.size()) {
        throw new IllegalArgumentException(
            "there must be curves of each of the %d classes or of none, got %d"
                .formatted(classes.size(), curves.size()));
      }
    }

    /** Returns the same without curves, which take 16 kB a class. */
    public Result withoutCurves() {
      return new Result(classes, bestConfidence, List.of());
    }

    /** Returns the mean precision over the classes; 0 without any. */
    public double precision() {
      return classes.stream().mapToDouble(ClassPrecision::precision).average().orElse(0);
    }

    /** Returns the mean recall. */
    public double recall() {
      return classes.stream().mapToDouble(ClassPrecision::recall).average().orElse(0);
    }

    /** Returns the mean average precision at IoU 0.5. */
    public double map50() {
      return classes.stream().mapToDouble(ClassPrecision::ap50).average().orElse(0);
    }

    /** Returns the mean average precision over all thresholds. */
    public double map50To95() {
      return classes.stream().mapToDouble(ClassPrecision::ap50To95).average().orElse(0);
    }
  }

  /**
   * Computes the measures.
   *
   * @param detections of all pictures, in any order
   * @param labelCounts number of labels per class id; classes without labels don't count
   * @param thresholds number of IoU thresholds in the detections' bits, 1 to 31
   */
  public static Result of(List<ScoredDetection> detections, int[] labelCounts, int thresholds) {
    if (thresholds < 1 || thresholds > 31) {
      throw new IllegalArgumentException(
          "the number of IoU thresholds must lie in 1 to 31, got " + thresholds);
    }
    SortedMap<Integer, List<ScoredDetection>> byClass = new TreeMap<>();
    for (int c = 0; c < labelCounts.length; c++) {
      if (labelCounts[c] > 0) {
        byClass.put(c, new ArrayList<>());
      }
    }
    for (ScoredDetection detection : detections) {
      List<ScoredDetection> same = byClass.get(detection.classId());
      if (same != null) {
        same.add(detection);
      }
    }
    List<ClassCurves> curves = new ArrayList<>();
    byClass.forEach(
        (id, same) -> {
          same.sort(Comparator.comparingDouble(d -> -d.confidence()));
          curves.add(ClassCurves.of(same, labelCounts[id], thresholds));
        });
    int best = bestPoint(curves);
    List<ClassPrecision> classes = new ArrayList<>();
    List<PrecisionCurves> kept = new ArrayList<>();
    int index = 0;
    for (int id : byClass.keySet()) {
      ClassCurves c = curves.get(index++);
      classes.add(
          new ClassPrecision(
              id, labelCounts[id], c.precision[best], c.recall[best], c.f1(best), c.areas));
      kept.add(PrecisionCurves.of(id, c.precision, c.recall, c.precisionAtRecall));
    }
    return new Result(classes, PrecisionCurves.place(best), kept);
  }

  /** Returns 2·P·R/(P + R), 0 where both are 0. */
  static double f1(double precision, double recall) {
    return 2 * precision * recall / (precision + recall + TINY);
  }

  /* The first point of the best mean F1. */
  private static int bestPoint(List<ClassCurves> curves) {
    int best = 0;
    double bestSum = 0;
    for (int i = 0; i < PrecisionCurves.POINTS; i++) {
      double sum = 0;
      for (ClassCurves c : curves) {
        sum += c.f1(i);
      }
      if (sum > bestSum) {
        best = i;
        bestSum = sum;
      }
    }
    return best;
  }

  /** Precision and recall of one class at 1000 confidences, precision at 1000 recalls; areas. */
  private static final class ClassCurves {
    final double[] precision = new double[PrecisionCurves.POINTS];
    final double[] recall = new double[PrecisionCurves.POINTS];
    final double[] precisionAtRecall = new double[PrecisionCurves.POINTS];
    final List<Double> areas = new ArrayList<>();

    double f1(int i) {
      return AveragePrecision.f1(precision[i], recall[i]);
    }

    static ClassCurves of(List<ScoredDetection> sorted, int labels, int thresholds) {
      ClassCurves curves = new ClassCurves();
      for (int t = 0; t < thresholds; t++) {
        if (sorted.isEmpty()) {
          curves.areas.add(0.0);
          continue;
        }
        double[] recall = new double[sorted.size()];
        double[] precision = new double[sorted.size()];
        int right = 0;
        for (int i = 0; i < recall.length; i++) {
          right += sorted.get(i).correctAt(t) ? 1 : 0;
          recall[i] = right / (labels + TINY);
          precision[i] = (double) right / (i + 1);
        }
        Envelope envelope = new Envelope(recall, precision);
        curves.areas.add(envelope.area());
        if (t == 0) {
          curves.sample(sorted, recall, precision);
          curves.sample(envelope);
        }
      }
      return curves;
    }

    /* Confidences fall, interpolation wants rising places: both are negated. */
    private void sample(List<ScoredDetection> sorted, double[] atRecall, double[] atPrecision) {
      double[] places = sorted.stream().mapToDouble(d -> -d.confidence()).toArray();
      for (int i = 0; i < PrecisionCurves.POINTS; i++) {
        double place = -PrecisionCurves.place(i);
        recall[i] = interpolate(place, places, atRecall, 0);
        precision[i] = interpolate(place, places, atPrecision, 1);
      }
    }

    private void sample(Envelope envelope) {
      for (int i = 0; i < PrecisionCurves.POINTS; i++) {
        precisionAtRecall[i] = envelope.precision(PrecisionCurves.place(i));
      }
    }
  }

  /**
   * Returns the area under the precision-recall curve.
   *
   * @param recall rising
   * @param precision one per recall
   */
  static double area(double[] recall, double[] precision) {
    return new Envelope(recall, precision).area();
  }

  /** Precision over recall with the ends (0, 1) and (1, 0), made monotone from the right. */
  private static final class Envelope {
    private final double[] recalls;
    private final double[] precisions;

    Envelope(double[] recall, double[] precision) {
      int n = recall.length + 2;
      recalls = new double[n];
      precisions = new double[n];
      System.arraycopy(recall, 0, recalls, 1, recall.length);
      System.arraycopy(precision, 0, precisions, 1, recall.length);
      recalls[n - 1] = 1;
      precisions[0] = 1;
      for (int i = n - 2; i >= 0; i--) {
        precisions[i] = Math.max(precisions[i], precisions[i + 1]);
      }
    }

    double precision(double recall) {
      return interpolate(recall, recalls, precisions, precisions[0]);
    }

    double area() {
      double area = 0;
      double step = 1.0 / (RECALL_POINTS - 1);
      double previous = precision(0);
      for (int i = 1; i < RECALL_POINTS; i++) {
        double place = i == RECALL_POINTS - 1 ? 1 : i * step;
        double value = precision(place);
        area += (value + previous) / 2 * (place - (i - 1) * step);
        previous = value;
      }
      return area;
    }
  }

  /*
   * Linear interpolation with the rules of numpy.interp: of several equal places the last counts,
   * right of the last place its value stands, left of the first the given one.
   */
  private static double interpolate(double x, double[] places, double[] values, double left) {
    if (x < places[0]) {
      return left;
    }
    int low = 0;
    int high = places.length;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (places[middle] <= x) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low == places.length - 1 || places[low] == x) {
      return values[low];
    }
    double slope = (values[low + 1] - values[low]) / (places[low + 1] - places[low]);
    return slope * (x - places[low]) + values[low];
  }

  /** Returns what early stopping and the choice of the best weights look at. */
  public static double fitness(double map50, double map50To95) {
    return 0.1 * map50 + 0.9 * map50To95;
  }
}
