package io.yolo4j.weights;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * The values of a graph whose batch norms were folded: w' = w·γ/√(σ² + ε) per output channel, b' =
 * β − μ·γ/√(σ² + ε), computed in double and rounded once.
 */
public final class FoldedState {
  private FoldedState() {}

  /**
   * Returns the state dictionary of the folded graph; entries that folding does not touch are
   * passed on as they are.
   *
   * @param state the values before folding
   * @param folding what was folded
   */
  public static StateDict of(StateDict state, BatchNormFolding folding) {
    Map<String, HostTensor> changed = new HashMap<>();
    for (BatchNormFolding.Fold fold : folding.folds()) {
      fold(state, fold, changed);
    }
    StateDict.Builder builder = StateDict.builder();
    for (Parameter parameter : folding.graph().parameters()) {
      HostTensor value = changed.get(parameter.name());
      if (value != null) {
        builder.put(parameter.name(), value);
      } else if (state.contains(parameter.name())) {
        builder.put(parameter.name(), state.get(parameter.name()));
      }
    }
    return builder.build();
  }

  private static void fold(
      StateDict state, BatchNormFolding.Fold fold, Map<String, HostTensor> changed) {
    String weightName = fold.convolution() + ".weight";
    Shape shape = state.get(weightName).shape();
    float[] weight = state.get(weightName).toFloats();
    float[] gamma = state.get(fold.norm() + ".weight").toFloats();
    float[] beta = state.get(fold.norm() + ".bias").toFloats();
    float[] mean = state.get(fold.norm() + ".running_mean").toFloats();
    float[] variance = state.get(fold.norm() + ".running_var").toFloats();
    int channels = shape.dim(0);
    int perChannel = weight.length / channels;
    float[] bias = new float[channels];
    for (int c = 0; c < channels; c++) {
      double scale = gamma[c] / Math.sqrt(variance[c] + fold.epsilon());
      bias[c] = (float) (beta[c] - mean[c] * scale);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        weight[i] = (float) (weight[i] * scale);
      }
    }
    changed.put(weightName, HostTensor.of(weight, shape));
    changed.put(fold.convolution() + ".bias", HostTensor.of(bias, Shape.of(channels)));
  }
}
