package io.yolo4j.bench.kernels;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's operations one after the other, in place where they can be. */
final class SqueezeExciteTorch extends TorchForm {
  private final List<Tensor> x;
  private final Tensor squeeze;
  private final Tensor excite;
  private final TensorOptional squeezeBias;
  private final TensorOptional exciteBias;
  private final long[] one = {1, 1};
  private final long[] none = {0, 0};

  SqueezeExciteTorch(SqueezeExciteLayer layer, Variant variant, CaseBuffers buffers) {
    long channels = layer.input().channels();
    long squeezed = layer.squeezed();
    x = featureMaps(buffers.input(), layer.input(), variant.layout());
    squeeze = learned(layer.squeezeWeight(), variant, squeezed, channels, 1, 1);
    squeezeBias = optional(learned(layer.squeezeBias(), variant, squeezed));
    excite = learned(layer.exciteWeight(), variant, channels, squeezed, 1, 1);
    exciteBias = optional(learned(layer.exciteBias(), variant, channels));
  }

  private Tensor learned(float[] values, Variant variant, long... sizes) {
    return weight(values, variant.type(), variant.layout(), sizes);
  }

  @Override
  Tensor compute(int copy) {
    try (Tensor pooled = torch.adaptive_avg_pool2d(x.get(copy), one);
        Tensor few = torch.conv2d(pooled, squeeze, squeezeBias, one, none, one, 1)) {
      torch.relu_(few).close();
      try (Tensor gate = torch.conv2d(few, excite, exciteBias, one, none, one, 1)) {
        torch.hardsigmoid_(gate).close();
        return torch.mul(x.get(copy), gate);
      }
    }
  }
}
