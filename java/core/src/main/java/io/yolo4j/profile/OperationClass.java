package io.yolo4j.profile;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Op;
import io.yolo4j.kernels.ElementType;
import java.util.stream.Collectors;

/**
 * Names steps whose time follows one rule: the same kinds of operations fused into one step,
 * however many channels and pixels they have; on bytes apart from on floats, beside which they run.
 */
final class OperationClass {
  /** With so few channels a convolution can't fill the lanes that it works on. */
  private static final int FEW_CHANNELS = 8;

  private OperationClass() {}

  /** Returns the class of a step, for example {@code depthwise convolution: 5x5 s2 + Hardswish}. */
  static String of(Graph graph, LayerWork step) {
    if (step.bytes() == 0) {
      return "view";
    }
    return step.nodes().stream()
        .map(id -> kind(graph.node(id).op()))
        .distinct()
        .collect(
            Collectors.joining(
                " + ",
                pooled(step.category()) + ": ",
                step.operands() == ElementType.U8 ? " on bytes" : ""));
  }

  /** Returns the class of all steps of a category, for steps whose own class wasn't calibrated. */
  static String pooled(Category category) {
    return category.title();
  }

  private static String kind(Op op) {
    if (op instanceof Conv2d conv) {
      return convolution(conv);
    }
    return op instanceof Activation ? op.text() : op.getClass().getSimpleName();
  }

  private static String convolution(Conv2d conv) {
    int height = conv.kernel().height();
    int width = conv.kernel().width();
    if (conv.isDepthwise()) {
      return "%dx%d s%d".formatted(height, width, conv.stride().height());
    }
    if (height == 1 && width == 1) {
      return "1x1";
    }
    return conv.inputChannels() < FEW_CHANNELS ? "few channels" : "many channels";
  }
}
