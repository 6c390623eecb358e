package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ActivationFunction;
import io.yolo4j.kernels.DepthwiseKernel;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.KernelWorkspace;
import io.yolo4j.kernels.TensorLayout;
import org.jspecify.annotations.Nullable;

/** Our depthwise convolution; in NHWC with weights packed once, as plans and oneDNN have them. */
final class DepthwiseForm implements KernelForm {
  private final DepthwiseLayer layer;
  private final Variant variant;
  private final CaseBuffers buffers;
  private final DepthwiseKernel kernel;
  private final BufferRing weight;
  private final BufferRing bias;
  private final @Nullable BufferRing packed;
  private final DepthwiseKernel.Weights weights;
  private final KernelWorkspace workspace = new KernelWorkspace();

  DepthwiseForm(DepthwiseLayer layer, Variant variant, int threads, CaseBuffers buffers) {
    this.layer = layer;
    this.variant = variant;
    this.buffers = buffers;
    kernel =
        DepthwiseKernel.of(
                variant.type(),
                variant.layout(),
                layer.input(),
                DepthwiseKernel.Window.of(layer.kernel(), layer.stride(), layer.padding()))
            .withActivation(ActivationFunction.HARDSWISH)
            .withThreads(threads);
    weight = new BufferRing(new BufferPlan(variant.type(), layer.weights(), layer::weight), 1);
    bias =
        new BufferRing(new BufferPlan(ElementType.F32, layer.input().channels(), layer::bias), 1);
    packed = variant.layout() == TensorLayout.NHWC ? pack() : null;
    weights =
        new DepthwiseKernel.Weights(
            weight.array(0), bias.array(0), packed == null ? null : packed.array(0));
  }

  private BufferRing pack() {
    BufferRing ring = new BufferRing(BufferPlan.output(ElementType.F32, kernel.packedCount()), 1);
    kernel.pack(weight.array(0), ring.array(0));
    return ring;
  }

  @Override
  public void run(int copy) {
    kernel.forward(
        buffers.input().array(copy), weights, buffers.output().array(copy), null, workspace);
  }

  @Override
  public float[] result() {
    run(0);
    return Values.toNchw(buffers.output().read(), layer.output(), variant.layout());
  }

  @Override
  public void close() {
    workspace.close();
    weight.close();
    if (packed != null) {
      packed.close();
    }
    bias.close();
  }
}
