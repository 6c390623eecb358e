package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.GpuRoofKernels;
import io.yolo4j.kernels.GpuRoofKernels.Unit;
import io.yolo4j.profile.RoofMeasurement.Identity;
import io.yolo4j.profile.RoofMeasurement.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the roofs of a GPU in some seconds: lanes, tensor cores, second cache, memory, and what
 * a launch costs. Rounds and what they are believed for are those of {@link RoofMeasurement}.
 *
 * <p><b>Not run on hardware yet</b>: the kernels were run on the CPU by the tests.
 */
public final class GpuRoofMeasurement {
  private static final Duration PEAK_BUDGET = Duration.ofMillis(150);
  private static final Duration LAUNCH_BUDGET = Duration.ofMillis(300);

  /** What is surely in a cache that others and a second copy of far lines share. */
  private static final int CACHE_SHARE = 4;

  private GpuRoofMeasurement() {}

  /**
   * Returns what a device's roofs are kept by in place of an instruction set: the CUDA of its
   * driver.
   *
   * @throws io.yolo4j.kernels.NativeException without a driver or a GPU
   */
  public static String instructions() {
    return "CUDA " + GpuRoofKernels.driver();
  }

  /**
   * Measures a device.
   *
   * @param device the GPU, from 0
   * @param anyway also where something else runs on it
   * @throws DisturbedException if the peaks of three rounds lie over {@link
   *     RoofMeasurement#MOST_SPREAD} apart
   * @throws io.yolo4j.kernels.NativeException without a driver or a GPU
   * @throws UnsupportedOperationException if the native kernels are missing
   */
  public static Roofs measure(int device, boolean anyway) {
    Identity identity = new Identity(GpuRoofKernels.name(device), 1, instructions());
    Roofs roofs = measure(RoofProbe.ofGpu(device), identity, otherPeaks(device), anyway);
    return roofs.withLaunch(GpuRoofKernels.launchCost(device, LAUNCH_BUDGET));
  }

  static Roofs measure(
      RoofProbe probe, Identity identity, Map<String, Double> otherPeaks, boolean anyway) {
    return new Run("the GPU", () -> targets(probe.cacheBytes(2)), anyway)
        .roofs(probe, identity, otherPeaks);
  }

  private static List<BandwidthRounds.Target> targets(long cache) {
    List<BandwidthRounds.Target> targets = new ArrayList<>();
    if (cache > 0) {
      targets.add(new BandwidthRounds.Target("L2", cache, cache / CACHE_SHARE));
    }
    targets.add(
        new BandwidthRounds.Target(
            "DRAM", Long.MAX_VALUE, Math.max(RoofMeasurement.LEAST_MEMORY, 4 * cache)));
    return targets;
  }

  private static Map<String, Double> otherPeaks(int device) {
    Map<String, Double> peaks = new TreeMap<>();
    add(peaks, device, Unit.LANES, ElementType.F16);
    for (ElementType type : List.of(ElementType.F32, ElementType.F16, ElementType.BF16)) {
      add(peaks, device, Unit.TENSOR_CORES, type);
    }
    return peaks;
  }

  private static void add(Map<String, Double> peaks, int device, Unit unit, ElementType type) {
    String name = type.nativeName() + (unit == Unit.TENSOR_CORES ? Roofs.TENSOR : "");
    RoofMeasurement.add(peaks, name, () -> GpuRoofKernels.peak(device, unit, type, PEAK_BUDGET));
  }
}
