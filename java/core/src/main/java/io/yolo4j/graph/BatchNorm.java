package io.yolo4j.graph;

import java.util.List;

/**
 * Batch normalisation over dimension 1: y = (x − mean)/√(var + epsilon)·weight + bias; in training
 * the batch's own statistics, and running = (1 − momentum)·running + momentum·batch (variance
 * unbiased). FLOPs: 2 per element.
 *
 * @param channels size of dimension 1
 * @param epsilon added to the variance
 * @param momentum weight of the newest batch in the running statistics
 */
public record BatchNorm(int channels, double epsilon, double momentum) implements Op {
  /** Epsilon of every batch norm in an assembled model. */
  public static final double MODEL_EPSILON = 1e-3;

  /** Momentum of every batch norm in an assembled model. */
  public static final double MODEL_MOMENTUM = 0.03;

  /** Checks the attributes. */
  public BatchNorm {
    ShapeRules.positive("channels of a batch norm", channels);
    if (!(epsilon >= 0) || !(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "a batch norm needs epsilon >= 0 and momentum in [0, 1], got %s and %s"
              .formatted(epsilon, momentum));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return ShapeRules.channels("BatchNorm", inputs, channels);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 2 * output.elements();
  }

  @Override
  public List<ParameterSlot> parameterSlots() {
    Shape vector = Shape.of(channels);
    return List.of(
        new ParameterSlot("weight", vector, ParameterRole.NORM_WEIGHT),
        new ParameterSlot("bias", vector, ParameterRole.NORM_BIAS),
        new ParameterSlot("running_mean", vector, ParameterRole.RUNNING_MEAN),
        new ParameterSlot("running_var", vector, ParameterRole.RUNNING_VARIANCE),
        new ParameterSlot("num_batches_tracked", Shape.of(), ParameterRole.BATCH_COUNT));
  }

  @Override
  public String text() {
    return "BatchNorm " + channels + " eps " + epsilon;
  }
}
