package io.yolo4j.profile;

import io.yolo4j.kernels.CpuFeature;
import io.yolo4j.kernels.CpuFeatures;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.NativeStatus;
import io.yolo4j.kernels.RoofKernels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Measures the roofs of this processor in a few seconds: the best of several rounds, and how far
 * the rounds lie apart.
 *
 * <p>Threads: safe, but measurements beside each other disturb one another.
 */
public final class RoofMeasurement {
  /** Rounds that differ by more say that something else ran. */
  public static final double MOST_SPREAD = 0.05;

  /** What multiplies and adds vectors of other types. */
  private static final Map<ElementType, CpuFeature> VECTORS =
      Map.of(
          ElementType.BF16, CpuFeature.AVX512_BF16,
          ElementType.F16, CpuFeature.AVX512_FP16,
          ElementType.I8, CpuFeature.AVX512_VNNI);

  /** What does so with AMX's tiles. */
  private static final Map<ElementType, CpuFeature> TILES =
      Map.of(
          ElementType.BF16, CpuFeature.AMX_BF16,
          ElementType.I8, CpuFeature.AMX_INT8);

  private static final Duration PEAK_BUDGET = Duration.ofMillis(60);

  /** Passes over so much leave any cache of which the system says nothing. */
  static final long LEAST_MEMORY = 256L << 20;

  /** From here on four times the caches do: every call clears its pages anew. */
  private static final long ENOUGH_MEMORY = 512L << 20;

  private final RoofProbe probe;
  private final int threads;

  RoofMeasurement(RoofProbe probe, int threads) {
    this.probe = probe;
    this.threads = threads;
  }

  /**
   * Measures the roofs of so many threads. A bandwidth that isn't found again within {@link
   * #MOST_SPREAD} is given all the same: {@link Roofs#unsettled()} names it. Neighbours of a
   * virtual machine take bandwidth, not arithmetic, and nobody can send them away.
   *
   * @param anyway also on a disturbed machine
   * @throws DisturbedException if the peaks of three rounds lie over {@link #MOST_SPREAD} apart
   * @throws UnsupportedOperationException if the native kernels are missing
   */
  public static Roofs measure(int threads, boolean anyway) {
    NativeLibrary library = NativeLibrary.load();
    Isa isa = library.isa();
    return new RoofMeasurement(RoofProbe.ofThisProcessor(isa, threads), threads)
        .roofs(library.cpu().cpu(), isa.nativeName(), otherPeaks(library, threads), anyway);
  }

  /** Measures a processor of which the name and the peaks of other types are known. */
  Roofs roofs(String device, String instructions, Map<String, Double> otherPeaks, boolean anyway) {
    return new Run(threads + " threads", this::targets, anyway)
        .roofs(probe, new Identity(device, threads, instructions), otherPeaks);
  }

  /**
   * What roofs are kept by.
   *
   * @param instructions the instruction set, of a GPU the driver
   */
  record Identity(String device, int threads, String instructions) {}

  /**
   * One measurement.
   *
   * @param worker what works, for the message
   * @param targets levels of memory, asked for between two measured peaks
   * @param anyway also where it is disturbed
   */
  record Run(String worker, Supplier<List<BandwidthRounds.Target>> targets, boolean anyway) {
    Roofs roofs(RoofProbe probe, Identity identity, Map<String, Double> otherPeaks) {
      // Before and after the bandwidths: a neighbour who comes later shows too.
      DoubleSummaryStatistics peaks = new DoubleSummaryStatistics();
      peaks.accept(probe.peak());
      List<BandwidthRounds.Target> levelTargets = targets.get();
      peaks.accept(probe.peak());
      List<Roofs.Level> levels = new BandwidthRounds(probe).measure(levelTargets);
      peaks.accept(probe.peak());
      double spread = 1 - peaks.getMin() / peaks.getMax();
      if (!anyway && spread > MOST_SPREAD) {
        throw new DisturbedException(
            String.format(
                Locale.ROOT,
                "the peak of %s differed by %.0f %% between three rounds, at most %.0f %% is"
                    + " believed: something else runs on this machine, or its clock changes",
                worker,
                100 * spread,
                100 * MOST_SPREAD));
      }
      return new Roofs(
          identity.device(),
          identity.threads(),
          identity.instructions(),
          peaks.getMax(),
          spread,
          otherPeaks,
          levels);
    }
  }

  private List<BandwidthRounds.Target> targets() {
    List<BandwidthRounds.Target> targets = new ArrayList<>();
    long inner = 0;
    for (int level = 1; level <= 2; level++) {
      // Caches of one core count once a thread.
      long together = probe.cacheBytes(level) * threads;
      if (together > inner) {
        // Beside what else lies there.
        targets.add(new BandwidthRounds.Target("L" + level, together, together / 4 * 3));
        inner = together;
      }
    }
    long shared = SharedCache.bytes(probe, inner, probe.cacheBytes(3));
    if (shared > inner) {
      // Well outside the one and well inside the other: their geometric mean.
      long middle = inner == 0 ? shared / 4 : Math.round(Math.sqrt((double) inner * shared));
      targets.add(new BandwidthRounds.Target("L3", shared, middle));
      inner = shared;
    }
    long memory = Math.max(LEAST_MEMORY, Math.min(8 * inner, Math.max(4 * inner, ENOUGH_MEMORY)));
    targets.add(new BandwidthRounds.Target("DRAM", Long.MAX_VALUE, memory));
    return targets;
  }

  private static Map<String, Double> otherPeaks(NativeLibrary library, int threads) {
    Map<String, Double> peaks = new TreeMap<>();
    for (Isa isa : Isa.values()) {
      if (isa != library.isa()) {
        add(
            peaks,
            Roofs.peakName(ElementType.F32, isa),
            () -> RoofKernels.peak(isa, ElementType.F32, threads, PEAK_BUDGET));
      }
    }
    for (Map.Entry<ElementType, CpuFeature> vector : VECTORS.entrySet()) {
      if (library.isa() == Isa.AVX512 && library.cpu().has(vector.getValue())) {
        ElementType type = vector.getKey();
        add(
            peaks,
            type.nativeName(),
            () -> RoofKernels.peak(Isa.AVX512, type, threads, PEAK_BUDGET));
      }
    }
    for (Map.Entry<ElementType, CpuFeature> tile : TILES.entrySet()) {
      if (library.isa() == Isa.AVX512 && library.cpu().has(tile.getValue())) {
        ElementType type = tile.getKey();
        add(
            peaks,
            type.nativeName() + Roofs.AMX,
            () -> RoofKernels.amxPeak(type, threads, PEAK_BUDGET));
      }
    }
    return peaks;
  }

  /** Where the CPU or the compiler lacks the instructions there is no kernel, and no peak. */
  static void add(Map<String, Double> peaks, String name, DoubleSupplier peak) {
    try {
      peaks.put(name, peak.getAsDouble());
    } catch (NativeException e) {
      if (e.status() != NativeStatus.UNSUPPORTED) {
        throw e;
      }
    }
  }

  /**
   * Returns why there is no peak of other types' operands, by their names as in {@link
   * Roofs#otherPeaks()}.
   *
   * @param measured names of the peaks that there are
   */
  public static Map<String, String> missingPeaks(CpuFeatures cpu, Isa isa, Set<String> measured) {
    Map<String, String> missing = new TreeMap<>();
    VECTORS.forEach((type, feature) -> missing(missing, type.nativeName(), feature, cpu, isa));
    TILES.forEach(
        (type, feature) -> missing(missing, type.nativeName() + Roofs.AMX, feature, cpu, isa));
    missing.keySet().removeAll(measured);
    return missing;
  }

  private static void missing(
      Map<String, String> missing, String name, CpuFeature feature, CpuFeatures cpu, Isa isa) {
    if (!cpu.has(feature)) {
      missing.put(name, "this CPU has no " + feature.nativeName());
    } else if (isa != Isa.AVX512) {
      missing.put(
          name, "it is measured with avx512, and kernels run with %s".formatted(isa.nativeName()));
    } else {
      missing.put(name, "the compiler of the native library didn't know these instructions");
    }
  }
}
