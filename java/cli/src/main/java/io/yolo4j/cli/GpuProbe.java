package io.yolo4j.cli;

import io.yolo4j.torch.TorchDevice;
import io.yolo4j.torch.TorchOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says whether a GPU can be used, and why not. Nothing of CUDA is loaded where no driver is. */
final class GpuProbe {
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final Path DEVICE = Path.of("/dev/nvidia0");

  private GpuProbe() {}

  /**
   * What was found.
   *
   * @param usable whether this build can run on a GPU here
   * @param detail the reason
   */
  record Result(boolean usable, String detail) {}

  static Result run() {
    if (!Files.exists(DRIVER) && !Files.exists(DEVICE)) {
      return new Result(false, "no NVIDIA driver (" + DRIVER + " is absent)");
    }
    try {
      TorchDevice.require(TorchOptions.Device.CUDA);
      return new Result(true, "LibTorch sees a GPU: --device cuda");
    } catch (UnsupportedOperationException e) {
      return new Result(false, "an NVIDIA driver is installed, but " + e.getMessage());
    }
  }
}
