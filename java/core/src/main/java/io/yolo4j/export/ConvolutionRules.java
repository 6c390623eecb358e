package io.yolo4j.export;

import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Size2;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and the batch norms behind them. */
final class ConvolutionRules {
  private static final int NORM_VALUES = 4; // scale, shift, mean, variance; not the batch count

  private ConvolutionRules() {}

  static OpRules addTo(OpRules rules) {
    return rules
        .with(Conv2d.class, ConvolutionRules::convolution)
        .with(ConvTranspose2d.class, ConvolutionRules::transposed)
        .with(BatchNorm.class, ConvolutionRules::batchNorm);
  }

  private static String convolution(Conv2d op, Node node, List<String> inputs, OnnxBuilder out) {
    OnnxAttributes attributes =
        window(op.kernel(), op.stride(), op.padding())
            .integers("dilations", op.dilation().height(), op.dilation().width())
            .integer("group", op.groups());
    return out.add("Conv", attributes, operands(node, inputs, out, op.bias() ? 2 : 1));
  }

  private static String transposed(
      ConvTranspose2d op, Node node, List<String> inputs, OnnxBuilder out) {
    OnnxAttributes attributes =
        window(op.kernel(), op.stride(), op.padding()).integer("group", op.groups());
    return out.add("ConvTranspose", attributes, operands(node, inputs, out, op.bias() ? 2 : 1));
  }

  private static String batchNorm(BatchNorm op, Node node, List<String> inputs, OnnxBuilder out) {
    OnnxAttributes attributes = OnnxAttributes.NONE.real("epsilon", op.epsilon());
    return out.add("BatchNormalization", attributes, operands(node, inputs, out, NORM_VALUES));
  }

  private static OnnxAttributes window(Size2 kernel, Size2 stride, Size2 padding) {
    return OnnxAttributes.NONE
        .integers("kernel_shape", kernel.height(), kernel.width())
        .integers("strides", stride.height(), stride.width())
        .integers("pads", padding.height(), padding.width(), padding.height(), padding.width());
  }

  /** The input, and the first parameters. */
  private static String[] operands(
      Node node, List<String> inputs, OnnxBuilder out, int parameters) {
    List<String> operands = new ArrayList<>(inputs);
    for (int i = 0; i < parameters; i++) {
      operands.add(out.parameter(node, i));
    }
    return operands.toArray(String[]::new);
  }
}
