package io.yolo4j.profile;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.Upsample;

/** Kinds of work whose times are summed and compared. */
public enum Category {
  /** Convolutions with a kernel over 1×1 that are not depthwise. */
  DENSE_CONVOLUTION("dense convolution"),
  /** Convolutions of 1×1. */
  POINTWISE_CONVOLUTION("1x1 convolution"),
  /** A channel by itself. */
  DEPTHWISE_CONVOLUTION("depthwise convolution"),
  /** Batch norms that were not folded. */
  BATCH_NORM("batch norm"),
  /** Activations by themselves. */
  ACTIVATION("activation"),
  /** Global pool, the convolutions of its single pixel, their gate and its product. */
  SQUEEZE_EXCITE("squeeze and excite"),
  /** Max pools. */
  MAX_POOL("max pool"),
  /** Nearest upsampling. */
  UPSAMPLE("upsample"),
  /** Concatenations. */
  CONCAT("concat"),
  /** Residual additions. */
  ADD("add"),
  /** Bringing the pixels into the executor's layout and type. */
  INPUT("input layout"),
  /** The split of the raw heads. */
  HEAD("head split"),
  /** Everything else. */
  OTHER("other");

  private final String title;

  Category(String title) {
    this.title = title;
  }

  /** Returns the name for people. */
  public String title() {
    return title;
  }

  /** Returns whether it is a product of matrices, which tensor cores and tiles make. */
  boolean isMatrixProduct() {
    return this == DENSE_CONVOLUTION || this == POINTWISE_CONVOLUTION;
  }

  /** Returns the category of a node by itself. */
  public static Category of(Node node) {
    Op op = node.op();
    if (op instanceof Input) {
      return INPUT;
    }
    if (op instanceof GlobalAveragePool || op instanceof Multiply || isSinglePixel(node.shape())) {
      return SQUEEZE_EXCITE;
    }
    if (op instanceof Conv2d conv) {
      return ofConvolution(conv);
    }
    return ofPlain(op);
  }

  private static Category ofConvolution(Conv2d conv) {
    if (conv.isDepthwise()) {
      return DEPTHWISE_CONVOLUTION;
    }
    boolean pointwise = conv.kernel().height() == 1 && conv.kernel().width() == 1;
    return pointwise ? POINTWISE_CONVOLUTION : DENSE_CONVOLUTION;
  }

  private static Category ofPlain(Op op) {
    if (op instanceof BatchNorm) {
      return BATCH_NORM;
    }
    if (op instanceof Activation) {
      return ACTIVATION;
    }
    if (op instanceof MaxPool) {
      return MAX_POOL;
    }
    if (op instanceof Upsample) {
      return UPSAMPLE;
    }
    if (op instanceof Concat) {
      return CONCAT;
    }
    if (op instanceof SplitAnchors) {
      return HEAD;
    }
    return op instanceof Add ? ADD : OTHER;
  }

  private static boolean isSinglePixel(Shape shape) {
    return shape.rank() == 4 && shape.dim(2) == 1 && shape.dim(3) == 1;
  }
}
