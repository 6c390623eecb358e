package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.TensorLayout;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's conversion and division; before them the change of layout, while it is bytes. */
final class PixelsInTorch extends TorchForm {
  private final List<Tensor> pixels;
  private final boolean contiguous;
  private final torch.ScalarType type;
  private final Scalar most = resources.keep(new Scalar(255));

  PixelsInTorch(Pictures pictures, Variant variant, CaseBuffers buffers) {
    pixels = featureMaps(buffers.input(), pictures.dimensions(), TensorLayout.NHWC);
    contiguous = variant.layout() == TensorLayout.NCHW;
    type = scalarType(variant.type());
  }

  @Override
  Tensor compute(int copy) {
    if (!contiguous) {
      return divided(pixels.get(copy));
    }
    try (Tensor planes = pixels.get(copy).contiguous()) {
      return divided(planes);
    }
  }

  private Tensor divided(Tensor bytes) {
    return bytes.to(type).div_(most); // the same handle
  }
}
