package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;
import io.yolo4j.torch.TensorTransfer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's operations, each into a fresh output, as they give it. */
abstract class TorchForm implements KernelForm {
  final NativeResources resources = new NativeResources();

  /** Returns a new tensor, which the caller closes. */
  abstract Tensor compute(int copy);

  @Override
  public final void run(int copy) {
    compute(copy).close();
  }

  @Override
  public final float[] result() {
    try (Tensor y = compute(0)) {
      return TensorTransfer.toHost(y).toFloats();
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  /** Returns views of a ring's copies as feature maps. */
  final List<Tensor> featureMaps(BufferRing ring, Dimensions dims, TensorLayout layout) {
    long[] sizes = {dims.images(), dims.channels(), dims.height(), dims.width()};
    long image = dims.channels() * dims.pixels();
    long[] strides =
        layout == TensorLayout.NCHW
            ? new long[] {image, dims.pixels(), dims.width(), 1}
            : new long[] {image, 1, dims.width() * dims.channels(), dims.channels()};
    return views(ring, sizes, strides);
  }

  /** Returns views of a ring's copies. */
  final List<Tensor> views(BufferRing ring, long[] sizes, long[] strides) {
    try (ScalarTypeOptional type = new ScalarTypeOptional(scalarType(ring.type()));
        TensorOptions plain = new TensorOptions();
        TensorOptions options = plain.dtype(type)) {
      List<Tensor> views = new ArrayList<>();
      for (int copy = 0; ring.hasCopy(copy); copy++) {
        views.add(resources.keep(torch.from_blob(ring.pointer(copy), sizes, strides, options)));
      }
      return views;
    }
  }

  /** Returns a tensor of its own with these values, in the layout that goes with activations. */
  final Tensor weight(float[] values, ElementType type, TensorLayout layout, long... sizes) {
    try (BufferRing ring = new BufferRing(new BufferPlan(type, values.length, () -> values), 1);
        NativeResources temporary = new NativeResources();
        ScalarTypeOptional scalar = new ScalarTypeOptional(scalarType(type));
        TensorOptions plain = new TensorOptions();
        TensorOptions options = plain.dtype(scalar)) {
      Tensor view = temporary.keep(torch.from_blob(ring.pointer(0), sizes, options));
      Tensor copy = temporary.keep(view.clone());
      return resources.keep(
          sizes.length == 4 && layout == TensorLayout.NHWC
              ? copy.contiguous(torch.MemoryFormat.ChannelsLast)
              : copy.contiguous());
    }
  }

  /** Returns an argument of its own, made once. */
  final TensorOptional optional(Tensor tensor) {
    return resources.keep(new TensorOptional(tensor));
  }

  static torch.ScalarType scalarType(ElementType type) {
    return switch (type) {
      case F32 -> torch.ScalarType.Float;
      case BF16 -> torch.ScalarType.BFloat16;
      case U8 -> torch.ScalarType.Byte;
      default -> throw new UnsupportedOperationException("a tensor of " + type.nativeName());
    };
  }
}
