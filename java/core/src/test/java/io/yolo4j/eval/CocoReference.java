package io.yolo4j.eval;

import io.yolo4j.detect.Detection;
import io.yolo4j.image.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The COCO protocol by brute force: one class, one size, one IoU threshold and one number of
 * detections at a time, precision at a recall as the maximum over all prefixes.
 */
final class CocoReference {
  /** A picture. */
  record Picture(List<Detection> detections, List<CocoTruth> truths) {}

  private record Verdict(float confidence, boolean right) {}

  private final List<Picture> pictures;

  CocoReference(List<Picture> pictures) {
    this.pictures = pictures;
  }

  /** Returns the average precision of a class; NaN where no object counts. */
  double precision(int classId, double iou, double least, double most) {
    List<Verdict> verdicts = new ArrayList<>();
    int objects = judge(classId, iou, new double[] {least, most}, 100, verdicts);
    verdicts.sort(Comparator.comparing(Verdict::confidence).reversed());
    if (objects == 0) {
      return Double.NaN;
    }
    double sum = 0;
    for (int place = 0; place <= 100; place++) {
      double best = 0;
      int right = 0;
      for (int n = 1; n <= verdicts.size(); n++) {
        right += verdicts.get(n - 1).right() ? 1 : 0;
        if ((double) right / objects >= place * 0.01) {
          best = Math.max(best, (double) right / n);
        }
      }
      sum += best;
    }
    return sum / 101;
  }

  double recall(int classId, double iou, double least, double most, int detections) {
    List<Verdict> verdicts = new ArrayList<>();
    int objects = judge(classId, iou, new double[] {least, most}, detections, verdicts);
    return objects == 0
        ? Double.NaN
        : (double) verdicts.stream().filter(Verdict::right).count() / objects;
  }

  private int judge(int classId, double iou, double[] areas, int limit, List<Verdict> verdicts) {
    int objects = 0;
    for (Picture picture : pictures) {
      List<CocoTruth> free = new ArrayList<>();
      List<CocoTruth> ignored = new ArrayList<>();
      for (CocoTruth truth : picture.truths()) {
        if (truth.classId() == classId) {
          boolean inside = truth.area() >= areas[0] && truth.area() <= areas[1];
          (inside && !truth.crowd() ? free : ignored).add(truth);
        }
      }
      objects += free.size();
      List<Detection> sorted = new ArrayList<>(picture.detections());
      sorted.removeIf(d -> d.classId() != classId);
      sorted.sort(Comparator.comparing(Detection::confidence).reversed());
      for (Detection detection : sorted.subList(0, Math.min(limit, sorted.size()))) {
        CocoTruth taken = highest(detection.box(), free, iou);
        if (taken != null) {
          free.remove(taken);
          verdicts.add(new Verdict(detection.confidence(), true));
          continue;
        }
        taken = highest(detection.box(), ignored, iou);
        if (taken != null) {
          if (!taken.crowd()) {
            ignored.remove(taken);
          }
        } else if (area(detection.box()) >= areas[0] && area(detection.box()) <= areas[1]) {
          verdicts.add(new Verdict(detection.confidence(), false));
        }
      }
    }
    return objects;
  }

  private static @Nullable CocoTruth highest(Box box, List<CocoTruth> truths, double least) {
    return truths.stream()
        .filter(truth -> overlap(box, truth) >= least)
        .max(Comparator.comparingDouble(truth -> overlap(box, truth)))
        .orElse(null);
  }

  private static double overlap(Box a, CocoTruth truth) {
    Box b = truth.box();
    double x = Math.max(0, Math.min((double) a.x2(), b.x2()) - Math.max((double) a.x1(), b.x1()));
    double y = Math.max(0, Math.min((double) a.y2(), b.y2()) - Math.max((double) a.y1(), b.y1()));
    return x * y / (truth.crowd() ? area(a) : area(a) + area(b) - x * y);
  }

  private static double area(Box box) {
    return ((double) box.x2() - box.x1()) * ((double) box.y2() - box.y1());
  }
}
