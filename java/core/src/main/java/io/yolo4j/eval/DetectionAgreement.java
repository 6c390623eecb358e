package io.yolo4j.eval;

import io.yolo4j.detect.Detection;
import java.util.List;

/**
 * How far two runs of a network find the same: what can be told of an accuracy without labels.
 *
 * @param pictures compared
 * @param expected boxes of the run that counts as right
 * @param found of them that the other run finds again: the same class, an IoU of at least 0.5
 * @param others boxes that the other run alone finds
 */
public record DetectionAgreement(int pictures, int expected, int found, int others) {
  /** No pictures yet. */
  public static final DetectionAgreement NONE = new DetectionAgreement(0, 0, 0, 0);

  /** Checks the numbers. */
  public DetectionAgreement {
    if (pictures < 0 || found < 0 || others < 0 || expected < found) {
      throw new IllegalArgumentException(
          "found boxes must be some of those expected, got %d of %d, %d others in %d pictures"
              .formatted(found, expected, others, pictures));
    }
  }

  /**
   * Returns this with one more picture.
   *
   * @param right what counts as right
   * @param other what the other run finds, by falling confidence
   */
  public DetectionAgreement with(List<Detection> right, List<Detection> other) {
    List<GroundTruth> truths =
        right.stream().map(one -> new GroundTruth(one.classId(), one.box())).toList();
    int again =
        (int)
            DetectionMatching.match(other, truths).stream()
                .filter(scored -> scored.correctAt(0))
                .count();
    return new DetectionAgreement(
        pictures + 1, expected + right.size(), found + again, others + other.size() - again);
  }

  /**
   * Returns the share of the expected boxes that was found again, 0 to 1; NaN if there are none.
   */
  public double share() {
    return expected == 0 ? Double.NaN : found / (double) expected;
  }
}
