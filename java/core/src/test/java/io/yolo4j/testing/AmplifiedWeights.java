package io.yolo4j.testing;

import io.yolo4j.graph.Graph;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;

/** Weights for tests of whole networks. */
public final class AmplifiedWeights {
  /** Makes the initial weights so large that the pixels, not the biases, decide the heads. */
  private static final float GAIN = 3;

  private AmplifiedWeights() {}

  /** Returns the same start values at each call, those of convolutions and products amplified. */
  public static StateDict of(Graph graph) {
    StateDict.Builder builder = StateDict.builder();
    Initializer.initialize(graph, 7)
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.toFloats();
              if (tensor.shape().rank() == 4) {
                for (int i = 0; i < values.length; i++) {
                  values[i] *= GAIN;
                }
                builder.put(name, HostTensor.of(values, tensor.shape()));
              } else {
                builder.put(name, tensor);
              }
            });
    return builder.build();
  }
}
