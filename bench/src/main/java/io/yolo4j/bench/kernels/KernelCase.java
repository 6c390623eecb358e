package io.yolo4j.bench.kernels;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A layer in one variant: what all forms of it compute, and on which buffers.
 *
 * @param layer what the table calls it
 * @param variant type and layout, or type and direction: {@code f32_nhwc}
 * @param work of one run
 * @param inputs what is read, the weights aside
 * @param output what is written
 * @param forms ours first
 * @param expected the right result, in the order of {@link KernelForm#result()}
 * @param tolerance of a value v, as a share of 1 + |v|
 */
record KernelCase(
    String layer,
    String variant,
    Work work,
    List<BufferPlan> inputs,
    BufferPlan output,
    List<FormMaker> forms,
    Supplier<float[]> expected,
    double tolerance) {
  /** Returns the bytes that one copy of the buffers takes up. */
  long bufferBytes() {
    return Stream.concat(inputs.stream(), Stream.of(output)).mapToLong(BufferPlan::stepBytes).sum();
  }
}
