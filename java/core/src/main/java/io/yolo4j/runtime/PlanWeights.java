package io.yolo4j.runtime;

import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Node;
import io.yolo4j.runtime.PlanOp.Convolution.Source;
import io.yolo4j.weights.StateDict;
import java.util.Arrays;

/** The values of a convolution of a plan, from those of the graph's layers. */
final class PlanWeights {
  private final StateDict state;

  /**
   * Creates a reader.
   *
   * @param state of the graph, folded
   */
  PlanWeights(StateDict state) {
    this.state = state;
  }

  /** Returns weights [out, in / groups, kh, kw]; those of merged convolutions follow each other. */
  float[] weight(PlanOp.Convolution op) {
    float[] joined =
        part(op, joined(op.sources().stream().map(this::weight).toArray(float[][]::new)));
    return switch (op.input()) {
      case SAME -> joined;
      case BLOCKS -> blocked(joined, op.conv().outputChannels());
      case FOCUS -> reordered(joined, (int) op.conv().kernel().area());
    };
  }

  /** Returns biases [out], zeros where a convolution has none. */
  float[] bias(PlanOp.Convolution op) {
    return part(op, joined(op.sources().stream().map(this::bias).toArray(float[][]::new)));
  }

  private static float[] part(PlanOp.Convolution op, float[] whole) {
    HeadPart part = op.part();
    return part == null ? whole : part.rows(whole);
  }

  /** Returns a parameter of a node of the graph. */
  float[] values(Node node, int index) {
    return state.get(node.parameters().get(index)).toFloats();
  }

  private float[] weight(Source source) {
    Node node = source.node();
    return node.op() instanceof BatchNorm ? scale(node) : rows(source, source.slot());
  }

  private float[] rows(Source source, int slot) {
    float[] values = values(source.node(), slot);
    int all = source.node().op().parameterSlots().get(slot).shape().dim(0);
    int row = values.length / all;
    return Arrays.copyOfRange(values, source.first() * row, (source.first() + source.rows()) * row);
  }

  /** γ / √(σ² + ε). */
  private float[] scale(Node norm) {
    float[] scale = values(norm, 0);
    float[] variance = values(norm, 3);
    double epsilon = ((BatchNorm) norm.op()).epsilon();
    for (int c = 0; c < scale.length; c++) {
      scale[c] = (float) (scale[c] / Math.sqrt(variance[c] + epsilon));
    }
    return scale;
  }

  private float[] bias(Source source) {
    Node node = source.node();
    if (node.op() instanceof BatchNorm) {
      return shift(node);
    }
    int slot = source.slot() + 1;
    return slot < node.parameters().size() ? rows(source, slot) : new float[source.rows()];
  }

  /** β − μ·γ / √(σ² + ε). */
  private float[] shift(Node norm) {
    float[] scale = scale(norm);
    float[] shift = values(norm, 1);
    float[] mean = values(norm, 2);
    for (int c = 0; c < shift.length; c++) {
      shift[c] = (float) (shift[c] - (double) mean[c] * scale[c]);
    }
    return shift;
  }

  private static float[] joined(float[][] parts) {
    int count = 0;
    for (float[] part : parts) {
      count += part.length;
    }
    float[] all = new float[count];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /**
   * A 6x6 kernel on 3 channels as a 3x3 one on 12: w'[o][(dy, dx, c)][a][b] = w[o][c][2a + dy][2b +
   * dx].
   */
  static float[] blocked(float[] weight, int outputChannels) {
    float[] blocked = new float[weight.length];
    int to = 0;
    for (int o = 0; o < outputChannels; o++) {
      for (int dy = 0; dy < 2; dy++) {
        for (int dx = 0; dx < 2; dx++) {
          for (int c = 0; c < 3; c++) {
            for (int a = 0; a < 3; a++) {
              for (int b = 0; b < 3; b++) {
                blocked[to++] = weight[((o * 3 + c) * 6 + 2 * a + dy) * 6 + 2 * b + dx];
              }
            }
          }
        }
      }
    }
    return blocked;
  }

  /** w'[o][(row, column, c)] = w[o][(column, row, c)]: the two middle blocks change places. */
  static float[] reordered(float[] weight, int kernelArea) {
    float[] reordered = weight.clone();
    int block = 3 * kernelArea;
    for (int from = 0; from < weight.length; from += 4 * block) {
      System.arraycopy(weight, from + block, reordered, from + 2 * block, block);
      System.arraycopy(weight, from + 2 * block, reordered, from + block, block);
    }
    return reordered;
  }
}
