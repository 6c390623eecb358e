package io.yolo4j.torch;

import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a self-test compares in: the type of our operation's tensors, and where they are. LibTorch's
 * own operation gets the same values, on the CPU as float32, on a GPU as float64, which it doesn't
 * round to TF32.
 *
 * @param type float32 or a half type
 * @param gpu the GPU's index; empty for the CPU
 */
record SelfTestSetting(torch.ScalarType type, OptionalInt gpu) {
  /** Returns those of the CPU. */
  static List<SelfTestSetting> ofCpu() {
    return List.of(
        new SelfTestSetting(torch.ScalarType.Float, OptionalInt.empty()),
        new SelfTestSetting(torch.ScalarType.BFloat16, OptionalInt.empty()));
  }

  /** Returns those of a GPU. */
  static List<SelfTestSetting> ofGpu(int index) {
    OptionalInt gpu = OptionalInt.of(index);
    return List.of(
        new SelfTestSetting(torch.ScalarType.Float, gpu),
        new SelfTestSetting(torch.ScalarType.Half, gpu),
        new SelfTestSetting(torch.ScalarType.BFloat16, gpu));
  }

  boolean half() {
    return type != torch.ScalarType.Float;
  }

  private torch.ScalarType plainType() {
    return gpu.isPresent() ? torch.ScalarType.Double : torch.ScalarType.Float;
  }

  /** Returns numbers of the type, there; for LibTorch's operation in its type. */
  Tensor values(Tensor values, boolean ours) {
    Tensor rounded = values.to(type);
    Tensor typed = ours ? rounded : rounded.to(plainType());
    return gpu.isEmpty()
        ? typed
        : typed.to(
            new Device(torch.DeviceType.CUDA, (byte) gpu.getAsInt()), typed.scalar_type().intern());
  }

  /** Returns {@link #values} that gradients arrive at; of 4 dimensions they lie in NHWC. */
  Tensor leaf(Tensor values, boolean ours) {
    Tensor typed = values(values, ours);
    Tensor placed =
        typed.dim() == 4 ? typed.contiguous(torch.MemoryFormat.ChannelsLast) : typed.contiguous();
    Tensor leaf = placed.detach();
    leaf.set_requires_grad(true);
    return leaf;
  }

  /** bfloat16 has 8 bits, float16 11; NaN never agrees. */
  boolean agree(Tensor ours, Tensor plain) {
    double relative = !half() ? 1e-4 : type == torch.ScalarType.Half ? 1.0 / 512 : 1.0 / 128;
    double absolute = !half() ? 1e-4 : type == torch.ScalarType.Half ? 0.01 : 0.05;
    return torch.allclose(ours.to(plainType()), plain, relative, absolute, false);
  }

  @Override
  public String toString() {
    String name = half() ? (type == torch.ScalarType.Half ? "float16" : "bfloat16") : "float32";
    return gpu.isEmpty() ? name : name + ", GPU " + gpu.getAsInt();
  }
}
