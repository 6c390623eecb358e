package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;
import io.yolo4j.kernels.RoofKernels.Access;
import java.time.Duration;

/**
 * The roofs of an NVIDIA GPU, measured now: what its lanes and its tensor cores do with nothing to
 * load, what its second cache and its memory deliver with nothing to compute, and what a launch
 * costs. As {@link RoofKernels}, of this machine's GPU; times are the device's own.
 *
 * <p>Tensor cores multiply with a warp's instructions. Hopper and data centre Blackwell have ones
 * for groups of warps, which libraries use and which reach more.
 *
 * <p><b>Not run on hardware yet.</b>
 *
 * <p>Every function throws {@link NativeException} with {@link NativeStatus#UNSUPPORTED} without a
 * driver, a GPU or CUDA code in the library, and {@link UnsupportedOperationException} if there is
 * no native library for this platform.
 *
 * <p>Threads: safe, though two measurements at once disturb each other.
 */
public final class GpuRoofKernels {
  /** Room for a device's name. */
  private static final int NAME = 256;

  private GpuRoofKernels() {}

  /** What multiplies and adds. */
  public enum Unit {
    /** A thread's arithmetic, in float32 and float16. */
    LANES(Yolo4j.YOLO4J_CUDA_LANES),
    /**
     * Products of matrices, summed in float32: of float32 as TF32, float16 and bfloat16; below
     * compute capability 8.0 of float16 alone.
     */
    TENSOR_CORES(Yolo4j.YOLO4J_CUDA_TENSOR_CORES);

    private final int code;

    Unit(int code) {
      this.code = code;
    }

    /** Returns the code in the C ABI. */
    public int code() {
      return code;
    }
  }

  /**
   * Returns a device's name.
   *
   * @param device the GPU, from 0
   */
  public static String name(int device) {
    NativeLibrary.load();
    byte[] name = new byte[NAME];
    NativeLibrary.check(
        "yolo4j_cuda_device_name", Yolo4j.yolo4j_cuda_device_name(device, name, NAME));
    return NativeText.of(name);
  }

  /** Returns the newest CUDA that the driver knows, {@code 13.0}. */
  public static String driver() {
    NativeLibrary.load();
    int[] version = new int[1];
    NativeLibrary.check("yolo4j_cuda_driver_version", Yolo4j.yolo4j_cuda_driver_version(version));
    return "%d.%d".formatted(version[0] / 1000, version[0] % 1000 / 10);
  }

  /**
   * Returns the bytes of the second cache; 0 where the driver doesn't tell.
   *
   * @param device the GPU, from 0
   */
  public static long cacheBytes(int device) {
    NativeLibrary.load();
    int[] multiprocessors = new int[1];
    long[] bytes = new long[1];
    NativeLibrary.check(
        "yolo4j_cuda_device_limits",
        Yolo4j.yolo4j_cuda_device_limits(device, multiprocessors, bytes));
    return bytes[0];
  }

  /**
   * Returns operations a second of multiply-adds, each of which counts 2.
   *
   * @param device the GPU, from 0
   * @param type of the operands
   * @param budget above 0 and at most 10 seconds
   * @throws NativeException also with {@link NativeStatus#UNSUPPORTED} where the device has no such
   *     unit
   */
  public static double peak(int device, Unit unit, ElementType type, Duration budget) {
    NativeLibrary.load();
    double[] result = new double[1];
    NativeLibrary.check(
        "yolo4j_cuda_peak",
        Yolo4j.yolo4j_cuda_peak(
            device, unit.code(), type.code(), RoofKernels.seconds(budget), result));
    return result[0];
  }

  /**
   * Returns bytes a second of passes over memory, past the first caches.
   *
   * @param device the GPU, from 0
   * @param access what a pass does
   * @param bytes of all arrays, at most 2^40; what they fit into is measured
   * @param budget above 0 and at most 10 seconds
   * @throws NativeException also if the device's memory doesn't hold so many bytes
   */
  public static double bandwidth(int device, Access access, long bytes, Duration budget) {
    NativeLibrary.load();
    double[] result = new double[1];
    NativeLibrary.check(
        "yolo4j_cuda_bandwidth",
        Yolo4j.yolo4j_cuda_bandwidth(
            device, access.code(), bytes, RoofKernels.seconds(budget), result));
    return result[0];
  }

  /**
   * Returns what a launch costs.
   *
   * @param device the GPU, from 0
   * @param budget above 0 and at most 10 seconds
   */
  public static LaunchCost launchCost(int device, Duration budget) {
    NativeLibrary.load();
    double[] host = new double[1];
    double[] gpu = new double[1];
    NativeLibrary.check(
        "yolo4j_cuda_launch_cost",
        Yolo4j.yolo4j_cuda_launch_cost(device, RoofKernels.seconds(budget), host, gpu));
    return new LaunchCost(host[0], gpu[0]);
  }
}
