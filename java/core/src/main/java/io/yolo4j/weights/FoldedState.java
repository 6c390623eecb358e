package io.yolo4j.weights;

import io.yolo4j.graph.AttentionFolding;
import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.ConstantFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * The values of a graph whose batch norms were folded: w' = w·γ/√(σ² + ε) per output channel, b' =
 * β − μ·γ/√(σ² + ε); or the linear layers before its attentions: w' = w·l, b' = b + w·c; or other
 * layers behind each other: w' = w₂·w₁, b' = w₂·b₁ + b₂. Each fold is computed in double and
 * rounded once.
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
    return of(state, folding.graph(), changed);
  }

  /**
   * Returns the state dictionary of a graph whose attentions do the work of linear layers.
   *
   * @param state the values before folding
   * @param folding what was folded
   */
  public static StateDict of(StateDict state, AttentionFolding folding) {
    Map<String, HostTensor> changed = new HashMap<>();
    for (AttentionFolding.Fold fold : folding.folds()) {
      fold(state, fold, changed);
    }
    return of(state, folding.graph(), changed);
  }

  /**
   * Returns the state dictionary of a graph whose layers do the work of those beside them.
   *
   * @param state the values before folding
   * @param folding what was folded
   */
  public static StateDict of(StateDict state, ConstantFolding folding) {
    return of(state, folding.graph(), FoldedLayers.of(state, folding.folds()));
  }

  private static StateDict of(StateDict state, Graph graph, Map<String, HostTensor> changed) {
    StateDict.Builder builder = StateDict.builder();
    for (Parameter parameter : graph.parameters()) {
      HostTensor value = changed.get(parameter.name());
      if (value != null) {
        builder.put(parameter.name(), value);
      } else if (state.contains(parameter.name())) {
        builder.put(parameter.name(), state.get(parameter.name()));
      }
    }
    return builder.build();
  }

  /** Only the rows of the layer's part change; other folds may have changed others already. */
  private static void fold(
      StateDict state, AttentionFolding.Fold fold, Map<String, HostTensor> changed) {
    HostTensor joined = changed.getOrDefault(fold.weight(), state.get(fold.weight()));
    HostTensor shift = changed.getOrDefault(fold.bias(), state.get(fold.bias()));
    float[] weight = joined.toFloats();
    float[] bias = shift.toFloats();
    float[] layer = state.get(fold.layer() + ".weight").toFloats();
    int width = joined.shape().dim(1);
    float[] layerBias =
        fold.layerBias() ? state.get(fold.layer() + ".bias").toFloats() : new float[width];
    for (int row = fold.part() * width; row < (fold.part() + 1) * width; row++) {
      double[] sums = new double[width];
      double added = bias[row];
      for (int k = 0; k < width; k++) {
        double factor = weight[row * width + k];
        added += factor * layerBias[k];
        for (int j = 0; j < width; j++) {
          sums[j] += factor * layer[k * width + j];
        }
      }
      bias[row] = (float) added;
      for (int j = 0; j < width; j++) {
        weight[row * width + j] = (float) sums[j];
      }
    }
    changed.put(fold.weight(), HostTensor.of(weight, joined.shape()));
    changed.put(fold.bias(), HostTensor.of(bias, shift.shape()));
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
