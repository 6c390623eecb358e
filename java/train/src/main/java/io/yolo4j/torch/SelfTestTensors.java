package io.yolo4j.torch;

import io.yolo4j.graph.Shape;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Tensors for comparing an operation of ours with LibTorch's in float32. Values come from Java, so
 * that LibTorch's random state stays.
 */
final class SelfTestTensors {
  private SelfTestTensors() {}

  /**
   * Returns a tensor that gradients arrive at; of 4 dimensions it lies in NHWC.
   *
   * @param half whether values are bfloat16 numbers
   * @param ours whether they have that type too; LibTorch's operation gets them as float32
   */
  static Tensor leaf(Tensor values, boolean half, boolean ours) {
    Tensor rounded = rounded(values, half);
    Tensor typed = half && !ours ? rounded.to(torch.ScalarType.Float) : rounded;
    Tensor placed =
        typed.dim() == 4 ? typed.contiguous(torch.MemoryFormat.ChannelsLast) : typed.contiguous();
    Tensor leaf = placed.detach();
    leaf.set_requires_grad(true);
    return leaf;
  }

  static Tensor rounded(Tensor values, boolean half) {
    return half ? values.to(torch.ScalarType.BFloat16) : values;
  }

  /** bfloat16 has 8 bits; NaN never agrees. */
  static boolean agree(Tensor ours, Tensor plain, boolean half) {
    return torch.allclose(
        ours.to(torch.ScalarType.Float), plain, half ? 1.0 / 128 : 1e-4, half ? 0.05 : 1e-4, false);
  }

  static Tensor random(Shape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TensorTransfer.toTorch(values, shape);
  }
}
