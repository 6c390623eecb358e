package io.yolo4j.loss;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Level;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of the levels' objectness losses: fine levels have more cells, hence smaller means.
 * With {@code autobalance} they follow the losses, the level of stride 16 staying at 1.
 */
final class LevelBalance {
  private static final List<Double> THREE_LEVELS = List.of(4.0, 1.0, 0.4);
  private static final List<Double> OTHER = List.of(4.0, 1.0, 0.25, 0.06, 0.02);
  private static final int REFERENCE_STRIDE = 16;
  private static final double KEPT = 0.9999;
  private static final double MOVED = 0.0001;

  private final int referenceLevel;
  private double[] weights;

  LevelBalance(DetectionHead head, boolean automatic) {
    int levels = head.levels().size();
    if (levels > OTHER.size()) {
      throw new IllegalArgumentException(
          "a detection loss has weights for at most %d levels, got %d"
              .formatted(OTHER.size(), levels));
    }
    List<Integer> strides = head.levels().stream().map(Level::stride).toList();
    referenceLevel = automatic ? strides.indexOf(REFERENCE_STRIDE) : -1;
    if (automatic && referenceLevel < 0) {
      throw new IllegalArgumentException(
          "autobalance needs a level of stride %d, got strides %s"
              .formatted(REFERENCE_STRIDE, strides));
    }
    weights = array(levels == THREE_LEVELS.size() ? THREE_LEVELS : OTHER);
  }

  double weight(int level) {
    return weights[level];
  }

  /** All weights; for other than 3 levels there are always five. */
  List<Double> weights() {
    return Arrays.stream(weights).boxed().toList();
  }

  void weights(List<Double> changed) {
    if (changed.size() != weights.length) {
      throw new IllegalArgumentException(
          "the balance must have %d weights, got %d".formatted(weights.length, changed.size()));
    }
    for (double weight : changed) {
      if (!(weight >= 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "a balance weight must be finite and not negative, got " + changed);
      }
    }
    weights = array(changed);
  }

  /** Moves the weights after a step with these mean objectness losses of the levels. */
  void follow(double[] losses) {
    for (int i = 0; i < losses.length; i++) {
      weights[i] = weights[i] * KEPT + MOVED / losses[i];
    }
    double reference = weights[referenceLevel];
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= reference;
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
