package io.yolo4j.runtime;

/**
 * A step of a plan. Tensors are indices, {@link #NONE} for none.
 *
 * @param kind what it does
 * @param x what it reads
 * @param second what it reads besides: the residual, the other addend or the boxes of a head
 * @param y what it writes
 * @param pooled the means of channels: a depthwise convolution writes them, a squeeze and excite
 *     reads them
 * @param node with the attributes
 * @param standsFor the graph's node that its time is counted for
 */
record PlanStep(StepKind kind, int x, int second, int y, int pooled, PlanNode node, int standsFor) {
  static final int NONE = -1;
}
