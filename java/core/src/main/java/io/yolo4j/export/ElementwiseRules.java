package io.yolo4j.export;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.LearnedScale;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Node;
import java.util.List;

/** Activations, sums and products. */
final class ElementwiseRules {
  /** The first set of operators that has HardSwish. */
  private static final int HARD_SWISH = 14;

  private ElementwiseRules() {}

  static OpRules addTo(OpRules rules) {
    return rules
        .with(Activation.class, (op, node, inputs, out) -> activation(op.kind(), inputs, out))
        .with(Add.class, (op, node, inputs, out) -> binary("Add", inputs, out))
        .with(Multiply.class, (op, node, inputs, out) -> binary("Mul", inputs, out))
        .with(LearnedScale.class, ElementwiseRules::learnedScale);
  }

  private static String binary(String type, List<String> inputs, OnnxBuilder out) {
    return out.add(type, OnnxAttributes.NONE, inputs.get(0), inputs.get(1));
  }

  private static String activation(Activation.Kind kind, List<String> inputs, OnnxBuilder out) {
    String x = inputs.get(0);
    return switch (kind) {
      case IDENTITY -> x;
      case RELU -> out.add("Relu", OnnxAttributes.NONE, x);
      case RELU6 -> out.add("Clip", OnnxAttributes.NONE, x, out.number(0), out.number(6));
      case LEAKY_RELU ->
          out.add("LeakyRelu", OnnxAttributes.NONE.real("alpha", Activation.Kind.LEAKY_SLOPE), x);
      case SIGMOID -> out.add("Sigmoid", OnnxAttributes.NONE, x);
      case SILU ->
          out.add("Mul", OnnxAttributes.NONE, x, out.add("Sigmoid", OnnxAttributes.NONE, x));
      case HARDSIGMOID -> hardSigmoid(x, out);
      case HARDSWISH ->
          out.options().opset() >= HARD_SWISH
              ? out.add("HardSwish", OnnxAttributes.NONE, x)
              : out.add("Mul", OnnxAttributes.NONE, x, hardSigmoid(x, out));
    };
  }

  private static String hardSigmoid(String x, OnnxBuilder out) {
    OnnxAttributes sixth = OnnxAttributes.NONE.real("alpha", 1.0 / 6).real("beta", 0.5);
    return out.add("HardSigmoid", sixth, x);
  }

  private static String learnedScale(
      LearnedScale op, Node node, List<String> inputs, OnnxBuilder out) {
    String weight =
        out.add(
            "Slice",
            OnnxAttributes.NONE,
            out.parameter(node, 0),
            out.integers(op.index()),
            out.integers(op.index() + 1L));
    String gate = out.add("Sigmoid", OnnxAttributes.NONE, weight);
    String scale = out.add("Mul", OnnxAttributes.NONE, gate, out.number(2));
    return out.add("Mul", OnnxAttributes.NONE, inputs.get(0), scale);
  }
}
