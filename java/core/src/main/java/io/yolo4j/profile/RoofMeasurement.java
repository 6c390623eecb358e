package io.yolo4j.profile;

import io.yolo4j.kernels.CpuFeature;
import io.yolo4j.kernels.CpuFeatures;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.RoofKernels;
import io.yolo4j.kernels.RoofKernels.Access;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the roofs of this processor in a few seconds: the best of several rounds, and how far
 * the rounds lie apart.
 *
 * <p>Threads: safe, but measurements beside each other disturb one another.
 */
public final class RoofMeasurement {
  /** Rounds that differ by more say that something else ran. */
  public static final double MOST_SPREAD = 0.05;

  private static final Duration PEAK_BUDGET = Duration.ofMillis(60);
  private static final Duration ACCESS_BUDGET = Duration.ofMillis(100);
  private static final long DEFAULT_CACHE = 32L << 20;

  private final int threads;
  private double spread;

  private RoofMeasurement(int threads) {
    this.threads = threads;
  }

  /**
   * Measures the roofs of so many threads.
   *
   * @param anyway also on a disturbed machine
   * @throws DisturbedException if the peaks of three rounds lie over {@link #MOST_SPREAD} apart
   * @throws UnsupportedOperationException if the native kernels are missing
   */
  public static Roofs measure(int threads, boolean anyway) {
    RoofMeasurement measurement = new RoofMeasurement(threads);
    Roofs roofs = measurement.roofs();
    if (!anyway && measurement.spread > MOST_SPREAD) {
      throw new DisturbedException(
          String.format(
              Locale.ROOT,
              "the peak of %d threads differed by %.0f %% between three rounds, at most %.0f %% is"
                  + " believed: something else runs on this machine, or its clock changes",
              threads,
              100 * measurement.spread,
              100 * MOST_SPREAD));
    }
    return roofs;
  }

  private Roofs roofs() {
    NativeLibrary library = NativeLibrary.load();
    Isa isa = library.isa();
    // Before and after the bandwidths: a neighbour who comes later shows too.
    List<Double> peaks = new ArrayList<>();
    peaks.add(peak(isa, ElementType.F32));
    List<Roofs.Level> levels = new ArrayList<>();
    long inner = 0;
    for (int level = 1; level <= 3; level++) {
      long bytes = RoofKernels.cacheBytes(level);
      // Caches of one core count once a thread, the last is shared.
      long together = level < 3 ? bytes * threads : bytes;
      if (bytes > 0 && together > inner) {
        // Within the private caches beside what else lies there; of the shared one a part that no
        // other core's data takes away.
        levels.add(level("L" + level, together, level < 3 ? together / 4 * 3 : together / 4));
        inner = together;
      }
    }
    peaks.add(peak(isa, ElementType.F32));
    long memory = Math.max(4 * inner, 4 * DEFAULT_CACHE);
    levels.add(level("DRAM", Long.MAX_VALUE, memory));
    peaks.add(peak(isa, ElementType.F32));
    double best = peaks.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double least = peaks.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    spread = 1 - least / best;
    return new Roofs(
        library.cpu().cpu(), threads, isa.nativeName(), best, otherPeaks(library), levels);
  }

  private Map<String, Double> otherPeaks(NativeLibrary library) {
    Map<String, Double> peaks = new TreeMap<>();
    CpuFeatures cpu = library.cpu();
    boolean wide = library.isa() == Isa.AVX512;
    if (wide && cpu.has(CpuFeature.AVX512_BF16)) {
      peaks.put(ElementType.BF16.nativeName(), peak(Isa.AVX512, ElementType.BF16));
    }
    if (wide && cpu.has(CpuFeature.AVX512_VNNI)) {
      peaks.put(ElementType.I8.nativeName(), peak(Isa.AVX512, ElementType.I8));
    }
    if (wide && cpu.has(CpuFeature.AMX_BF16)) {
      peaks.put(
          ElementType.BF16.nativeName() + Roofs.AMX,
          RoofKernels.amxPeak(ElementType.BF16, threads, PEAK_BUDGET));
    }
    if (wide && cpu.has(CpuFeature.AMX_INT8)) {
      peaks.put(
          ElementType.I8.nativeName() + Roofs.AMX,
          RoofKernels.amxPeak(ElementType.I8, threads, PEAK_BUDGET));
    }
    return peaks;
  }

  private double peak(Isa isa, ElementType type) {
    return RoofKernels.peak(isa, type, threads, PEAK_BUDGET);
  }

  private Roofs.Level level(String name, long capacity, long workingSet) {
    return new Roofs.Level(
        name,
        capacity,
        best(Access.READ, workingSet),
        best(Access.WRITE, workingSet),
        best(Access.COPY, workingSet),
        best(Access.TRIAD, workingSet),
        best(Access.UPDATE, workingSet));
  }

  private double best(Access access, long workingSet) {
    return RoofKernels.bandwidth(access, workingSet, threads, ACCESS_BUDGET);
  }
}
