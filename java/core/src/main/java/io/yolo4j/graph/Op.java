package io.yolo4j.graph;

import java.util.List;

/**
 * A primitive operation of a network: its attributes, how it derives its output's shape, which
 * parameters it reads, and what it costs. Feature maps are [N, C, H, W] whatever the memory layout
 * of the runtime that executes them.
 */
public sealed interface Op
    permits Activation,
        Add,
        Attention,
        BatchNorm,
        ChannelShuffle,
        ChannelSlice,
        Concat,
        Conv2d,
        ConvTranspose2d,
        DepthToSpace,
        FromSequence,
        GlobalAveragePool,
        Input,
        LearnedScale,
        Linear,
        MaxPool,
        Multiply,
        SpaceToDepth,
        SplitAnchors,
        StridedSlice,
        ToSequence,
        Upsample,
        ZeroPad {

  /**
   * Returns the output's shape.
   *
   * @throws IllegalArgumentException if the inputs do not fit, with their shapes in the message, or
   *     if a size of the output would exceed the range of int
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * Returns the floating-point operations: 2 per multiply-add, 1 per bias addition, and for
   * element-wise work what {@link Activation.Kind#flopsPerElement()} and the operations' own
   * documentation say.
   */
  long flops(List<Shape> inputs, Shape output);

  /**
   * Returns the parameters and buffers that the operation reads, in the order in which a node names
   * them.
   */
  default List<ParameterSlot> parameterSlots() {
    return List.of();
  }

  /** Returns whether the output is only another view of the input, so that no byte moves. */
  default boolean isView() {
    return false;
  }

  /**
   * Returns operations and elements moved: every input read once, every parameter read once, the
   * output written once. A tensor that stands twice in the list counts twice here; {@link
   * Graph#cost(Node)} knows which inputs are the same tensor.
   */
  default Cost cost(List<Shape> inputs, Shape output) {
    if (isView()) {
      return Cost.ZERO;
    }
    long read = inputs.stream().mapToLong(Shape::elements).sum();
    long weights =
        parameterSlots().stream()
            .filter(slot -> slot.role() != ParameterRole.BATCH_COUNT)
            .mapToLong(slot -> slot.shape().elements())
            .sum();
    return new Cost(flops(inputs, output), read, weights, output.elements());
  }

  /** Returns name and attributes for people, for example {@code Conv2d 64→128 k3 s2 p1 bias}. */
  String text();
}
