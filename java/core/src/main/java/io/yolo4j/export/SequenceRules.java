package io.yolo4j.export;

import io.yolo4j.graph.Attention;
import io.yolo4j.graph.FromSequence;
import io.yolo4j.graph.Linear;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.ToSequence;
import java.util.List;

/** Transformers: feature maps as sequences, linear layers, attention. */
final class SequenceRules {
  private static final int IN_WEIGHT = 0;
  private static final int IN_BIAS = 1;
  private static final int OUT_WEIGHT = 2;
  private static final int OUT_BIAS = 3;

  private SequenceRules() {}

  static OpRules addTo(OpRules rules) {
    return rules
        .with(ToSequence.class, (op, node, inputs, out) -> toSequence(inputs, out))
        .with(FromSequence.class, SequenceRules::fromSequence)
        .with(Linear.class, SequenceRules::linear)
        .with(Attention.class, SequenceRules::attention);
  }

  private static String toSequence(List<String> inputs, OnnxBuilder out) {
    // [N,C,H,W] → [N,C,H·W] → [H·W,N,C]
    String flat = LayoutRules.reshape(inputs.get(0), out, 0, 0, -1);
    return LayoutRules.transpose(flat, out, 2, 0, 1);
  }

  private static String fromSequence(
      FromSequence op, Node node, List<String> inputs, OnnxBuilder out) {
    // [H·W,N,C] → [N,C,H·W] → [N,C,H,W]
    String flat = LayoutRules.transpose(inputs.get(0), out, 1, 2, 0);
    boolean height = out.options().shape().isDynamic(InputShape.Axis.HEIGHT);
    boolean width = out.options().shape().isDynamic(InputShape.Axis.WIDTH);
    if (!height || !width) {
      long rows = height ? -1 : node.shape().dim(2);
      long columns = width ? -1 : node.shape().dim(3);
      return LayoutRules.reshape(flat, out, 0, 0, rows, columns);
    }
    String shape = out.add("Shape", OnnxAttributes.NONE, inputs.get(1));
    String size = out.add("Slice", OnnxAttributes.NONE, shape, out.integers(2), out.integers(4));
    String wanted =
        out.add("Concat", OnnxAttributes.NONE.integer("axis", 0), out.integers(0, 0), size);
    return out.add("Reshape", OnnxAttributes.NONE, flat, wanted);
  }

  private static String linear(Linear op, Node node, List<String> inputs, OnnxBuilder out) {
    String product = product(inputs.get(0), out.parameter(node, 0), out);
    return op.bias()
        ? out.add("Add", OnnxAttributes.NONE, product, out.parameter(node, 1))
        : product;
  }

  /** x [..., I], weight [O, I] → [..., O]. */
  private static String product(String x, String weight, OnnxBuilder out) {
    return out.add("MatMul", OnnxAttributes.NONE, x, LayoutRules.transpose(weight, out, 1, 0));
  }

  private static String attention(Attention op, Node node, List<String> inputs, OnnxBuilder out) {
    long width = op.embedding() / op.heads();
    String sizes = out.integers(op.embedding(), op.embedding(), op.embedding());
    OnnxAttributes first = OnnxAttributes.NONE.integer("axis", 0);
    List<String> weights = out.addSeveral("Split", 3, first, out.parameter(node, IN_WEIGHT), sizes);
    List<String> biases = out.addSeveral("Split", 3, first, out.parameter(node, IN_BIAS), sizes);
    String[] parts = new String[3];
    for (int i = 0; i < parts.length; i++) {
      String product = product(inputs.get(i), weights.get(i), out);
      String sum = out.add("Add", OnnxAttributes.NONE, product, biases.get(i));
      parts[i] = LayoutRules.reshape(sum, out, 0, 0, op.heads(), width); // [S,N,heads,width]
    }
    String scale = out.number(1 / Math.sqrt((double) width));
    String queries = LayoutRules.transpose(parts[0], out, 1, 2, 0, 3); // [N,heads,S,width]
    String scaled = out.add("Mul", OnnxAttributes.NONE, queries, scale);
    String keys = LayoutRules.transpose(parts[1], out, 1, 2, 3, 0); // [N,heads,width,S]
    String values = LayoutRules.transpose(parts[2], out, 1, 2, 0, 3); // [N,heads,S,width]
    String scores = out.add("MatMul", OnnxAttributes.NONE, scaled, keys); // [N,heads,S,S]
    String shares = out.add("Softmax", OnnxAttributes.NONE.integer("axis", -1), scores);
    String mixed = out.add("MatMul", OnnxAttributes.NONE, shares, values);
    String joined = LayoutRules.transpose(mixed, out, 2, 0, 1, 3); // [S,N,heads,width]
    String flat = LayoutRules.reshape(joined, out, 0, 0, op.embedding());
    String product = product(flat, out.parameter(node, OUT_WEIGHT), out);
    return out.add("Add", OnnxAttributes.NONE, product, out.parameter(node, OUT_BIAS));
  }
}
