package io.yolo4j.runtime;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Node;
import io.yolo4j.weights.StateDict;

/** The values of a convolution of a plan, from those of the graph's convolutions. */
final class PlanWeights {
  private final StateDict state;

  /**
   * Creates a reader.
   *
   * @param state of the graph, batch norms folded
   */
  PlanWeights(StateDict state) {
    this.state = state;
  }

  /** Returns weights [out, in / groups, kh, kw]; those of merged convolutions follow each other. */
  float[] weight(PlanOp.Convolution op) {
    float[] joined =
        joined(op.sources().stream().map(source -> values(source, 0)).toArray(float[][]::new));
    boolean blocked =
        op.sources().size() == 1
            && ((Conv2d) op.sources().get(0).op()).inputChannels() < op.conv().inputChannels();
    return blocked ? blocked(joined, op.conv().outputChannels()) : joined;
  }

  /** Returns biases [out], zeros where a convolution has none. */
  float[] bias(PlanOp.Convolution op) {
    return joined(op.sources().stream().map(this::bias).toArray(float[][]::new));
  }

  /** Returns a parameter of a node of the graph. */
  float[] values(Node node, int index) {
    return state.get(node.parameters().get(index)).toFloats();
  }

  private float[] bias(Node source) {
    Conv2d conv = (Conv2d) source.op();
    return conv.bias() ? values(source, 1) : new float[conv.outputChannels()];
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
}
