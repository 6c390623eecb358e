package io.yolo4j.eval;

/**
 * A detection after matching, as average precision needs it.
 *
 * @param classId predicted class
 * @param confidence its confidence
 * @param correct bit t is set when the detection is right at IoU threshold t
 */
public record ScoredDetection(int classId, float confidence, int correct) {
  /** Returns whether the detection is right at a threshold. */
  public boolean correctAt(int threshold) {
    return (correct >> threshold & 1) != 0;
  }
}
