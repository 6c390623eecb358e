package io.yolo4j.testing;

import io.yolo4j.graph.Graph;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;

/** Weights of a network whose last convolutions make probabilities of all sizes out of noise. */
public final class SpreadHeads {
  /** Of the logits, about 0. */
  private static final double DEVIATION = 2;

  private SpreadHeads() {}

  /**
   * Returns the same start values at each call, the heads' scaled.
   *
   * @param graph whose last module's convolutions are m.0, m.1 and so on
   * @param module its path
   */
  public static StateDict of(Graph graph, String module) {
    StateDict state = AmplifiedWeights.of(graph);
    int levels = graph.requireHead().levels().size();
    for (int level = 0; level < levels; level++) {
      state = with(state, module + ".m." + level, 1, true);
    }
    double[] scales = new double[levels];
    try (PlanExecutor executor =
        PlanExecutor.create(graph, state, PlanOptions.defaults().withThreads(1))) {
      int level = 0;
      for (RawHead head : executor.run(ImageBatch.noise(1, 96, 96))) {
        double squares = 0;
        for (int i = 0; i < head.values().capacity(); i++) {
          squares += Math.pow(head.values().get(i), 2);
        }
        scales[level++] = DEVIATION / Math.sqrt(squares / head.values().capacity());
      }
    }
    for (int level = 0; level < levels; level++) {
      state = with(state, module + ".m." + level, scales[level], false);
    }
    return state;
  }

  private static StateDict with(
      StateDict state, String convolution, double scale, boolean withoutBias) {
    StateDict changed = scaled(state, convolution + ".weight", scale);
    return withoutBias ? scaled(changed, convolution + ".bias", 0) : changed;
  }

  private static StateDict scaled(StateDict state, String name, double scale) {
    float[] values = state.get(name).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * scale);
    }
    return state.with(name, HostTensor.of(values, state.get(name).shape()));
  }
}
