package io.yolo4j.train;

/**
 * The learning rates of the three groups of parameters.
 *
 * @param norm of batch norm weights
 * @param weight of all other weights, the ones with weight decay
 * @param bias of biases
 */
public record LearningRates(double norm, double weight, double bias) {
  /** Returns every rate times a factor. */
  public LearningRates times(double factor) {
    return new LearningRates(norm * factor, weight * factor, bias * factor);
  }
}
