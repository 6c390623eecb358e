package io.yolo4j.loss;

/**
 * The parts of a detection loss, gains included, not multiplied by the batch size.
 *
 * @param box loss of the boxes
 * @param objectness loss of the objectness scores
 * @param classification loss of the class scores; 0 with a single class
 */
public record LossItems(double box, double objectness, double classification) {
  /** No loss; the start of a sum. */
  public static final LossItems ZERO = new LossItems(0, 0, 0);

  /** Returns the sum of the parts. */
  public double total() {
    return box + objectness + classification;
  }

  /** Returns the sums, part by part. */
  public LossItems plus(LossItems other) {
    return new LossItems(
        box + other.box, objectness + other.objectness, classification + other.classification);
  }

  /** Returns the parts, each multiplied. */
  public LossItems times(double factor) {
    return new LossItems(box * factor, objectness * factor, classification * factor);
  }

  /** Returns the parts, each divided. */
  public LossItems dividedBy(double divisor) {
    return new LossItems(box / divisor, objectness / divisor, classification / divisor);
  }

  /** Returns whether no part is infinite or not a number. */
  public boolean isFinite() {
    return Double.isFinite(box) && Double.isFinite(objectness) && Double.isFinite(classification);
  }
}
