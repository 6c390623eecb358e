package io.yolo4j.cli;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.util.Random;

/**
 * Weights by which a picture still matters at the heads: start values let signals fade, so that
 * only the biases would be compared, and batch norms that do nothing.
 */
final class LivelyState {
  private static final double GAIN = 1.68; // keeps the variance through SiLU

  private LivelyState() {}

  static StateDict of(Graph graph) {
    Random random = new Random(11);
    StateDict.Builder state = StateDict.builder();
    StateDict start = Initializer.initialize(graph, 1);
    for (Parameter parameter : graph.parameters()) {
      HostTensor tensor = start.get(parameter.name());
      boolean kept =
          parameter.role() == ParameterRole.BATCH_COUNT
              || parameter.role() == ParameterRole.ANCHORS;
      state.put(parameter.name(), kept ? tensor : drawn(parameter, random));
    }
    return state.build();
  }

  private static HostTensor drawn(Parameter parameter, Random random) {
    float[] values = new float[(int) parameter.elements()];
    int outputs = parameter.shape().rank() == 0 ? 1 : parameter.shape().dim(0);
    double weight = GAIN / Math.sqrt((double) values.length / outputs);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (parameter.role()) {
            case WEIGHT -> (float) (random.nextGaussian() * weight);
            case NORM_WEIGHT, RUNNING_VARIANCE -> 0.75f + random.nextFloat() / 2;
            default -> random.nextFloat() - 0.5f;
          };
    }
    return HostTensor.of(values, parameter.shape());
  }
}
