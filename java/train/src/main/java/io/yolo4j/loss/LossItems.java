package io.yolo4j.loss;

/**
 * The parts of a loss after their gains, means over a batch's pictures.
 *
 * @param box box regression
 * @param objectness objectness
 * @param classification classes; 0 where there is one class only
 */
public record LossItems(double box, double objectness, double classification) {
  /** No loss. */
  public static final LossItems ZERO = new LossItems(0, 0, 0);

  /** Returns the sum of the parts. */
  public double total() {
    return box + objectness + classification;
  }

  /** Returns the sums of the parts of two losses. */
  public LossItems plus(LossItems other) {
    return new LossItems(
        box + other.box, objectness + other.objectness, classification + other.classification);
  }

  /** Returns every part times a factor. */
  public LossItems times(double factor) {
    return new LossItems(box * factor, objectness * factor, classification * factor);
  }

  /** Returns whether no part is NaN or infinite. */
  public boolean isFinite() {
    return Double.isFinite(box) && Double.isFinite(objectness) && Double.isFinite(classification);
  }
}
