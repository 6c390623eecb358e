package io.yolo4j.torch;

import io.yolo4j.torch.TorchOptions.Device;
import io.yolo4j.torch.TorchOptions.Precision;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Devices and number types in LibTorch's words. */
public final class TorchDevice {
  private TorchDevice() {}

  /** What the Java binding of LibTorch's part for GPUs is called; its types need CUDA's presets. */
  private static final String CUDA_PART = "org.bytedeco.pytorch.global.torch_cuda";

  /**
   * Checks that LibTorch can use a device. For a GPU that loads the driver's libraries.
   *
   * @throws UnsupportedOperationException if not, with what is missing
   */
  public static void require(Device device) {
    TorchLibrary.load();
    if (device == Device.CUDA) {
      loadCudaPart();
      if (!torch.cuda_is_available()) {
        throw new UnsupportedOperationException(
            "device cuda: the NVIDIA driver shows no GPU that this LibTorch runs on");
      }
    }
  }

  /** Without it LibTorch's build for GPUs, too, knows the CPU only. */
  private static void loadCudaPart() {
    try {
      // Not initialized, which would hide the reason in an ExceptionInInitializerError.
      Loader.load(Class.forName(CUDA_PART, false, TorchDevice.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError | TypeNotPresentException e) {
      throw new UnsupportedOperationException(
          "device cuda: LibTorch's part for GPUs cannot be loaded (%s). It takes a build for GPUs (YOLO4J_CUDA=1 ./yolo4j …, or mvn -Pcuda), an NVIDIA driver, and CUDA 13 with cuDNN 9 where the system's loader finds them"
              .formatted(firstLine(e)),
          e);
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  static torch.DeviceType type(Device device) {
    return device == Device.CUDA ? torch.DeviceType.CUDA : torch.DeviceType.CPU;
  }

  /** Returns the type that convolutions compute in. */
  static torch.ScalarType type(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> torch.ScalarType.Float;
      case BFLOAT16 -> torch.ScalarType.BFloat16;
      case FLOAT16 -> torch.ScalarType.Half;
    };
  }

  /** Returns the tensor there, itself if it is there already. */
  public static Tensor move(Tensor tensor, Device device) {
    return device == Device.CPU
        ? tensor
        : tensor.to(new org.bytedeco.pytorch.Device(type(device)), tensor.scalar_type());
  }
}
