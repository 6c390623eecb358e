package io.yolo4j.graph;

/**
 * Multiply-adds as the counter thop reports them, in two versions that disagree, so that users can
 * compare with published figures. Only modules count: functional operations (pools, attention
 * products, additions) are invisible to it.
 */
public enum ThopCounter {
  /**
   * May 2020; reproduces the figures that YOLOv5 published. Counts biases, batch norm as 2 per
   * element.
   */
  V0_0_31 {
    @Override
    long biasPerElement() {
      return 1;
    }

    @Override
    long norm(Node node) {
      return 2 * node.shape().elements();
    }

    @Override
    long activation(Activation op, Node node) {
      return op.kind() == Activation.Kind.LEAKY_RELU ? node.shape().elements() : 0;
    }

    @Override
    long upsample(Node node) {
      return 0;
    }
  },
  /** Ignores biases, counts batch norm as 4 and nearest upsampling as 1 per element. */
  V0_1_1 {
    @Override
    long biasPerElement() {
      return 0;
    }

    @Override
    long norm(Node node) {
      return 4 * node.shape().elements();
    }

    @Override
    long activation(Activation op, Node node) {
      return 0;
    }

    @Override
    long upsample(Node node) {
      return node.shape().elements();
    }
  };

  abstract long biasPerElement();

  abstract long norm(Node node);

  abstract long activation(Activation op, Node node);

  abstract long upsample(Node node);

  /** The least side of a picture at which YOLOv5 counts. */
  private static final int LEAST_SIDE = 32;

  /** Returns the side of the picture at which YOLOv5 counts: the largest stride, at least 32. */
  public static int side(DetectionHead head) {
    return Math.max(head.maxStride(), LEAST_SIDE);
  }

  /**
   * Returns the figure that YOLOv5 prints: twice the multiply-adds that were counted at {@link
   * #side}, scaled with the picture's area.
   */
  public static double gigaFlops(long counted, int side, int height, int width) {
    return counted / 1e9 * 2 * ((double) height / side) * ((double) width / side);
  }

  /** Returns the multiply-adds of the graph at its input's size. */
  public long multiplyAdds(Graph graph) {
    return graph.nodes().stream().mapToLong(this::multiplyAdds).sum();
  }

  /** Returns the multiply-adds of a node. */
  public long multiplyAdds(Node node) {
    if (node.op() instanceof Conv2d op) {
      return op.multiplyAdds(node.shape()) + bias(op.bias(), node);
    }
    if (node.op() instanceof ConvTranspose2d op) {
      // By the rule of ordinary convolutions: stride² times the multiply-adds that there are.
      long perElement = op.inputChannels() / op.groups() * op.kernel().area();
      return perElement * node.shape().elements() + bias(op.bias(), node);
    }
    if (node.op() instanceof BatchNorm) {
      return norm(node);
    }
    if (node.op() instanceof Linear op) {
      return op.inputFeatures() * node.shape().elements();
    }
    if (node.op() instanceof Activation op) {
      return activation(op, node);
    }
    return node.op() instanceof Upsample ? upsample(node) : 0;
  }

  private long bias(boolean present, Node node) {
    return present ? biasPerElement() * node.shape().elements() : 0;
  }
}
