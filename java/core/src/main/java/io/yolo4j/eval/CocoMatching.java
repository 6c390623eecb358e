package io.yolo4j.eval;

import io.yolo4j.detect.Detection;
import io.yolo4j.image.Box;
import java.util.List;

/**
 * Matches the detections of one class on one picture by the COCO protocol. At each IoU threshold,
 * in the order of falling confidence, a detection takes the free truth of highest IoU that reaches
 * the threshold, of equal ones the last; a truth that doesn't count only where no other one fits. A
 * crowd is never used up, and its IoU is the share of the detection that lies in it. Detections of
 * truths that don't count, and those without a truth whose own area is of another size, count
 * neither as right nor as wrong.
 */
final class CocoMatching {
  private final List<Detection> detections;
  private final List<CocoTruth> truths;
  private final double[][] ious;

  CocoMatching(List<Detection> detections, List<CocoTruth> truths) {
    this.detections = detections;
    this.truths = truths;
    ious = new double[detections.size()][truths.size()];
    for (int d = 0; d < ious.length; d++) {
      for (int t = 0; t < truths.size(); t++) {
        ious[d][t] = iou(detections.get(d).box(), truths.get(t));
      }
    }
  }

  private static double iou(Box box, CocoTruth truth) {
    Box other = truth.box();
    double width = Math.min(box.x2(), other.x2()) - (double) Math.max(box.x1(), other.x1());
    double height = Math.min(box.y2(), other.y2()) - (double) Math.max(box.y1(), other.y1());
    if (!(width > 0 && height > 0)) {
      return 0;
    }
    double both = width * height;
    double all = truth.crowd() ? area(box) : area(box) + area(other) - both;
    return both / all;
  }

  private static double area(Box box) {
    return ((double) box.x2() - box.x1()) * ((double) box.y2() - box.y1());
  }

  /** Returns how many truths count for a size. */
  static int counted(List<CocoTruth> truths, CocoArea size) {
    return (int) truths.stream().filter(truth -> counts(truth, size)).count();
  }

  private static boolean counts(CocoTruth truth, CocoArea size) {
    return !truth.crowd() && size.holds(truth.area());
  }

  /** Returns, per detection, bits as {@link CocoOutcome} holds them. */
  int[] outcomes(CocoArea size) {
    int[] outcomes = new int[detections.size()];
    for (int threshold = 0; threshold < IouThresholds.COUNT; threshold++) {
      boolean[] taken = new boolean[truths.size()];
      double least = CocoProtocol.iouThreshold(threshold);
      for (int d = 0; d < outcomes.length; d++) {
        int best = best(d, least, taken, size, true);
        boolean right = best >= 0;
        if (!right) {
          best = best(d, least, taken, size, false);
        }
        if (best >= 0) {
          taken[best] = true;
        }
        boolean ignored = !right && (best >= 0 || !size.holds(area(detections.get(d).box())));
        outcomes[d] |= CocoOutcome.bit(threshold, right, ignored);
      }
    }
    return outcomes;
  }

  private int best(int d, double least, boolean[] taken, CocoArea size, boolean counting) {
    int best = -1;
    double highest = least;
    for (int t = 0; t < truths.size(); t++) {
      CocoTruth truth = truths.get(t);
      boolean free = !taken[t] || truth.crowd();
      if (free && counts(truth, size) == counting && ious[d][t] >= highest) {
        best = t;
        highest = ious[d][t];
      }
    }
    return best;
  }
}
