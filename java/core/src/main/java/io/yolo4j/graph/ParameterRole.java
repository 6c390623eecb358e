package io.yolo4j.graph;

/**
 * What a stored tensor is to its module; decides initial values, optimizer groups and data types.
 */
public enum ParameterRole {
  /** Weight of a convolution or a linear layer. */
  WEIGHT(true),
  /** Additive bias. */
  BIAS(true),
  /** Scale of a batch norm (gamma). */
  NORM_WEIGHT(true),
  /** Shift of a batch norm (beta). */
  NORM_BIAS(true),
  /** Weight per input of a weighted sum. */
  SCALE(true),
  /** Running mean of a batch norm. */
  RUNNING_MEAN(false),
  /** Running variance of a batch norm. */
  RUNNING_VARIANCE(false),
  /** Number of batches that a batch norm has seen, a 64-bit integer. */
  BATCH_COUNT(false),
  /** Anchors of a detection head in grid units. */
  ANCHORS(false);

  private final boolean trainable;

  ParameterRole(boolean trainable) {
    this.trainable = trainable;
  }

  /** Returns whether gradients flow into it: a parameter in PyTorch's terms; otherwise a buffer. */
  public boolean trainable() {
    return trainable;
  }
}
