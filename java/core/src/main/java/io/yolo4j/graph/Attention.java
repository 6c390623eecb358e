package io.yolo4j.graph;

import java.util.List;

/**
 * Multi-head attention (Vaswani et al. 2017) as PyTorch's {@code MultiheadAttention} computes it,
 * with the input projections of queries, keys and values packed in one weight [3E, E].
 *
 * <p>Shapes: queries, keys, values [S,N,E] → y [S,N,E]. FLOPs: the four projections with biases,
 * both batched products (2·S²·N·E each), and 5 per element of the S×S soft-max of each head.
 *
 * @param embedding E, a multiple of the heads
 * @param heads number of heads
 */
public record Attention(int embedding, int heads) implements Op {
  /** Checks the attributes. */
  public Attention {
    ShapeRules.positive("heads of an attention", heads);
    ShapeRules.size("Attention", 3L * embedding);
    if (embedding < 1 || embedding % heads != 0) {
      throw new IllegalArgumentException(
          "heads of an attention must divide its embedding, got %d heads for %d channels"
              .formatted(heads, embedding));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() != 3) {
      throw new IllegalArgumentException(
          "Attention takes queries, keys and values, got " + inputs.size() + " inputs");
    }
    Shape queries = inputs.get(0);
    for (Shape input : inputs) {
      if (input.rank() != 3 || input.dim(2) != embedding || !input.equals(queries)) {
        throw new IllegalArgumentException(
            "Attention takes three equal inputs [S,N,%d], got %s".formatted(embedding, inputs));
      }
    }
    return queries;
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    long sequence = output.dim(0);
    long projections = 4 * output.elements() * (2L * embedding + 1);
    long products = 2 * 2 * sequence * output.elements();
    long softmax = 5 * sequence * sequence * output.dim(1) * heads;
    return projections + products + softmax;
  }

  @Override
  public List<ParameterSlot> parameterSlots() {
    return List.of(
        new ParameterSlot(
            "in_proj_weight", Shape.of(3 * embedding, embedding), ParameterRole.WEIGHT),
        new ParameterSlot("in_proj_bias", Shape.of(3 * embedding), ParameterRole.BIAS),
        new ParameterSlot("out_proj.weight", Shape.of(embedding, embedding), ParameterRole.WEIGHT),
        new ParameterSlot("out_proj.bias", Shape.of(embedding), ParameterRole.BIAS));
  }

  @Override
  public String text() {
    return "Attention " + embedding + " heads " + heads;
  }
}
