package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ActivationKernel;

/** Our element-wise function or its gradient. */
final class ActivationForm implements KernelForm {
  private final ActivationKernel kernel;
  private final boolean backward;
  private final CaseBuffers buffers;

  ActivationForm(ActivationLayer layer, boolean backward, int threads, CaseBuffers buffers) {
    kernel =
        new ActivationKernel(
            buffers.output().type(), layer.function(), layer.dimensions().elements(), threads);
    this.backward = backward;
    this.buffers = buffers;
  }

  @Override
  public void run(int copy) {
    if (backward) {
      kernel.backward(
          buffers.lastInput().array(copy),
          buffers.input().array(copy),
          buffers.output().array(copy));
    } else {
      kernel.forward(buffers.input().array(copy), buffers.output().array(copy));
    }
  }

  @Override
  public float[] result() {
    run(0);
    return buffers.output().read();
  }

  @Override
  public void close() {
    // The buffers are the case's.
  }
}
