package io.yolo4j.bench.kernels;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's convolution with as many groups as channels, then its Hardswish in place. */
final class DepthwiseTorch extends TorchForm {
  private final List<Tensor> x;
  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;
  private final long[] dilation = {1, 1};
  private final long groups;

  DepthwiseTorch(DepthwiseLayer layer, Variant variant, CaseBuffers buffers) {
    groups = layer.input().channels();
    x = featureMaps(buffers.input(), layer.input(), variant.layout());
    weight =
        weight(
            layer.weight(),
            variant.type(),
            variant.layout(),
            groups,
            1,
            layer.kernel(),
            layer.kernel());
    bias = optional(weight(layer.bias(), variant.type(), variant.layout(), groups));
    stride = new long[] {layer.stride(), layer.stride()};
    padding = new long[] {layer.padding(), layer.padding()};
  }

  @Override
  Tensor compute(int copy) {
    Tensor y = torch.conv2d(x.get(copy), weight, bias, stride, padding, dilation, groups);
    torch.hardswish_(y).close();
    return y;
  }
}
