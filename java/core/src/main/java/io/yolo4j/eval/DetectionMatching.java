package io.yolo4j.eval;

import io.yolo4j.detect.Detection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Matching of one picture's detections to its labels. Pairs of one class with an IoU of at least
 * 0.5 count; each detection keeps its label of highest IoU, then each label keeps its detection of
 * lowest index, which is the most confident one where detections are sorted. A kept detection is
 * right at the thresholds that its IoU reaches.
 */
public final class DetectionMatching {
  private DetectionMatching() {}

  /**
   * Returns the detections with the thresholds at which they are right, in the same order.
   *
   * @param detections by falling confidence, in pixels of the original picture
   * @param truths the labels in the same pixels
   */
  public static List<ScoredDetection> match(List<Detection> detections, List<GroundTruth> truths) {
    boolean[] taken = new boolean[truths.size()];
    List<ScoredDetection> scored = new ArrayList<>(detections.size());
    for (Detection detection : detections) {
      int best = -1;
      float bestIou = IouThresholds.at(0);
      for (int t = 0; t < truths.size(); t++) {
        if (truths.get(t).classId() == detection.classId()) {
          float iou = truths.get(t).box().iou(detection.box());
          if (iou > bestIou || (best < 0 && iou >= bestIou)) {
            best = t;
            bestIou = iou;
          }
        }
      }
      boolean matched = best >= 0 && !taken[best];
      if (matched) {
        taken[best] = true;
      }
      scored.add(
          new ScoredDetection(
              detection.classId(),
              detection.confidence(),
              matched ? IouThresholds.reached(bestIou) : 0));
    }
    return scored;
  }

  /**
   * Returns, per detection, the index of the label it covers, or −1: pairs of any class with an IoU
   * over the threshold, those of highest IoU first, every label and detection at most once.
   */
  static int[] bestPairs(List<Detection> detections, List<GroundTruth> truths, double threshold) {
    int[] labelOf = new int[detections.size()];
    float[] iouOf = new float[detections.size()];
    int[] detectionOf = new int[truths.size()];
    Arrays.fill(labelOf, -1);
    Arrays.fill(detectionOf, -1);
    for (int d = 0; d < labelOf.length; d++) {
      for (int t = 0; t < truths.size(); t++) {
        float iou = truths.get(t).box().iou(detections.get(d).box());
        if (iou > threshold && (labelOf[d] < 0 || iou > iouOf[d])) {
          labelOf[d] = t;
          iouOf[d] = iou;
        }
      }
    }
    for (int d = 0; d < labelOf.length; d++) {
      int label = labelOf[d];
      if (label < 0) {
        continue;
      }
      int other = detectionOf[label];
      if (other < 0 || iouOf[d] > iouOf[other]) {
        detectionOf[label] = d;
        if (other >= 0) {
          labelOf[other] = -1;
        }
      } else {
        labelOf[d] = -1;
      }
    }
    return labelOf;
  }
}
