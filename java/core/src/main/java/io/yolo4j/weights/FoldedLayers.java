package io.yolo4j.weights;

import io.yolo4j.graph.ConstantFolding.Fold;
import io.yolo4j.graph.ConstantFolding.NormBefore;
import io.yolo4j.graph.ConstantFolding.NormBehind;
import io.yolo4j.graph.ConstantFolding.Product;
import io.yolo4j.graph.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of layers that do the work of those beside them, fold by fold. */
final class FoldedLayers {
  private final StateDict state;
  private final Map<String, HostTensor> changed = new HashMap<>();

  private FoldedLayers(StateDict state) {
    this.state = state;
  }

  /** Returns the parameters that the folds change, by name. */
  static Map<String, HostTensor> of(StateDict state, List<Fold> folds) {
    FoldedLayers layers = new FoldedLayers(state);
    folds.forEach(layers::fold);
    return layers.changed;
  }

  private void fold(Fold fold) {
    if (fold instanceof Product product) {
      fold(product);
    } else if (fold instanceof NormBefore before) {
      fold(before);
    } else if (fold instanceof NormBehind behind) {
      fold(behind);
    }
  }

  private void fold(Product fold) {
    // [M,I] and [O,M]; of 1x1 convolutions with 1, 1 behind.
    double[] inner = weight(fold.first()).toDoubles();
    HostTensor second = weight(fold.second());
    double[] outer = second.toDoubles();
    int rows = second.shape().dim(0);
    int middle = second.shape().dim(1);
    int width = inner.length / middle;
    double[] product = new double[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      for (int m = 0; m < middle; m++) {
        double factor = outer[row * middle + m];
        for (int i = 0; i < width; i++) {
          product[row * width + i] += factor * inner[m * width + i];
        }
      }
    }
    putWeight(fold.second(), product, second.shape().withDim(1, width));
    if (fold.firstBias() || fold.secondBias()) {
      double[] bias = bias(fold.second(), fold.secondBias(), rows);
      double[] constant = bias(fold.first(), fold.firstBias(), middle);
      putBias(fold.second(), plusProduct(bias, outer, constant));
    }
  }

  private void fold(NormBefore fold) {
    Norm norm = norm(fold.norm(), fold.epsilon());
    HostTensor before = weight(fold.layer());
    double[] weight = before.toDoubles();
    double[] bias = bias(fold.layer(), fold.layerBias(), before.shape().dim(0));
    putBias(fold.layer(), plusProduct(bias, weight, norm.shift));
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= norm.scale[i % norm.scale.length];
    }
    putWeight(fold.layer(), weight, before.shape());
  }

  private void fold(NormBehind fold) {
    Norm norm = norm(fold.norm(), fold.epsilon());
    HostTensor before = weight(fold.layer());
    double[] weight = before.toDoubles();
    double[] bias = bias(fold.layer(), true, norm.scale.length);
    int row = weight.length / bias.length;
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= norm.scale[i / row];
    }
    for (int c = 0; c < bias.length; c++) {
      bias[c] = bias[c] * norm.scale[c] + norm.shift[c];
    }
    putWeight(fold.layer(), weight, before.shape());
    putBias(fold.layer(), bias);
  }

  /** b + w·t: what a layer makes of a constant t at its input. */
  private static double[] plusProduct(double[] bias, double[] weight, double[] constant) {
    double[] sums = bias.clone();
    for (int i = 0; i < weight.length; i++) {
      sums[i / constant.length] += weight[i] * constant[i % constant.length];
    }
    return sums;
  }

  /** x·scale + shift, by channel. */
  @SuppressWarnings("ArrayRecordComponent") // nobody else sees it
  private record Norm(double[] scale, double[] shift) {}

  /** γ/√(σ² + ε) and β − μ·γ/√(σ² + ε). */
  private Norm norm(String path, double epsilon) {
    double[] scale = state.get(path + ".weight").toDoubles();
    double[] shift = state.get(path + ".bias").toDoubles();
    double[] mean = state.get(path + ".running_mean").toDoubles();
    double[] variance = state.get(path + ".running_var").toDoubles();
    for (int c = 0; c < scale.length; c++) {
      scale[c] /= Math.sqrt(variance[c] + epsilon);
      shift[c] -= mean[c] * scale[c];
    }
    return new Norm(scale, shift);
  }

  private HostTensor weight(String layer) {
    return value(layer + ".weight");
  }

  private double[] bias(String layer, boolean there, int rows) {
    return there ? value(layer + ".bias").toDoubles() : new double[rows];
  }

  private HostTensor value(String name) {
    HostTensor earlier = changed.get(name);
    return earlier == null ? state.get(name) : earlier;
  }

  private void putWeight(String layer, double[] values, Shape shape) {
    put(layer + ".weight", values, shape);
  }

  private void putBias(String layer, double[] values) {
    put(layer + ".bias", values, Shape.of(values.length));
  }

  private void put(String name, double[] values, Shape shape) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    changed.put(name, HostTensor.of(rounded, shape));
  }
}
