package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ActivationFunction;
import io.yolo4j.kernels.DepthwiseKernel;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.KernelWorkspace;

/** Our depthwise convolution. */
final class DepthwiseForm implements KernelForm {
  private final DepthwiseLayer layer;
  private final Variant variant;
  private final CaseBuffers buffers;
  private final DepthwiseKernel kernel;
  private final BufferRing weight;
  private final BufferRing bias;
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
    weights = new DepthwiseKernel.Weights(weight.array(0), bias.array(0));
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
    bias.close();
  }
}
