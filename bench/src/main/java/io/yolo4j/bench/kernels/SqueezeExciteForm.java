package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.KernelWorkspace;
import io.yolo4j.kernels.SqueezeExciteKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Our squeeze and excite in one call. */
final class SqueezeExciteForm implements KernelForm {
  private final SqueezeExciteLayer layer;
  private final Variant variant;
  private final CaseBuffers buffers;
  private final SqueezeExciteKernel kernel;
  private final SqueezeExciteKernel.Weights weights;
  private final List<BufferRing> learned = new ArrayList<>();
  private final KernelWorkspace workspace = new KernelWorkspace();

  SqueezeExciteForm(SqueezeExciteLayer layer, Variant variant, int threads, CaseBuffers buffers) {
    this.layer = layer;
    this.variant = variant;
    this.buffers = buffers;
    kernel =
        new SqueezeExciteKernel(
            variant.type(),
            variant.layout(),
            layer.input(),
            layer.squeezed(),
            SqueezeExciteKernel.Functions.MOBILENET_V3,
            threads);
    long channels = layer.input().channels();
    weights =
        new SqueezeExciteKernel.Weights(
            learned(variant.type(), layer.weights(), layer::squeezeWeight).array(0),
            learned(ElementType.F32, layer.squeezed(), layer::squeezeBias).array(0),
            learned(variant.type(), layer.weights(), layer::exciteWeight).array(0),
            learned(ElementType.F32, channels, layer::exciteBias).array(0));
  }

  private BufferRing learned(ElementType type, long count, Supplier<float[]> values) {
    BufferRing ring = new BufferRing(new BufferPlan(type, count, values), 1);
    learned.add(ring);
    return ring;
  }

  @Override
  public void run(int copy) {
    kernel.run(buffers.input().array(copy), null, weights, buffers.output().array(copy), workspace);
  }

  @Override
  public float[] result() {
    run(0);
    return Values.toNchw(buffers.output().read(), layer.input(), variant.layout());
  }

  @Override
  public void close() {
    workspace.close();
    learned.forEach(BufferRing::close);
  }
}
