package io.yolo4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says whether a GPU can be used, and why not. It looks at the driver's files only: loading the
 * driver's libraries where they are broken can end the process.
 */
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
    boolean present = Files.exists(DRIVER) || Files.exists(DEVICE);
    String cpuBuild = "this build of LibTorch and of the kernels runs on the CPU only";
    return new Result(
        false,
        present
            ? "an NVIDIA driver is installed, but " + cpuBuild
            : "no NVIDIA driver (" + DRIVER + " is absent); " + cpuBuild);
  }
}
