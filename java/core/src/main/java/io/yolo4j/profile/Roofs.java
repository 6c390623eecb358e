package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.LaunchCost;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a processor does at best, measured: the lines of a roofline.
 *
 * @param device its name
 * @param threads how many worked at once
 * @param instructions the instruction set of the peak, for example {@code avx512}; of a GPU the
 *     CUDA of its driver
 * @param flops float32 FLOPs a second, a multiply-add counting 2
 * @param spread how far that lay apart between rounds, as a share; NaN where nobody knows
 * @param otherPeaks operations a second with operands of other types, by {@link
 *     ElementType#nativeName()} and, for AMX's tiles, that and {@link #AMX}, for a GPU's tensor
 *     cores that and {@link #TENSOR}; float32's with the other instruction sets that kernels can be
 *     forced to, by {@link #peakName}; only those that the processor has instructions for and that
 *     are measured
 * @param levels from the innermost cache to memory
 * @param launch what a launch costs on a GPU that was measured; null elsewhere
 */
public record Roofs(
    String device,
    int threads,
    String instructions,
    double flops,
    double spread,
    Map<String, Double> otherPeaks,
    List<Level> levels,
    @Nullable LaunchCost launch) {
  /** What follows the type's name in {@link #otherPeaks()} for tensor cores; float32 is TF32. */
  public static final String TENSOR = " tensor";

  /** What follows the type's name in {@link #otherPeaks()} for AMX. */
  public static final String AMX = " amx";

  /**
   * A level of memory.
   *
   * @param name {@code L1}, {@code L2}, {@code L3} or {@code DRAM}
   * @param bytes what all threads together can hold in it; {@link Long#MAX_VALUE} for memory
   * @param read bytes a second read, counted as STREAM counts: what the program asks for
   * @param write bytes a second written
   * @param copy bytes a second read and written by a copy
   * @param triad bytes a second read and written by a = b + s·c
   * @param update bytes a second read and written in place
   * @param spread how far the best of the even and of the odd rounds lay apart, as a share, of
   *     whichever of these was worst: how well they are found again; NaN where nobody knows
   */
  public record Level(
      String name,
      long bytes,
      double read,
      double write,
      double copy,
      double triad,
      double update,
      double spread) {
    /** A level of which nobody knows how well it is found again. */
    public Level(
        String name,
        long bytes,
        double read,
        double write,
        double copy,
        double triad,
        double update) {
      this(name, bytes, read, write, copy, triad, update, Double.NaN);
    }

    /** Returns the most of all: what no mix of accesses exceeds. */
    public double bandwidth() {
      return Math.max(Math.max(read, write), Math.max(update, Math.max(copy, triad)));
    }
  }

  /** Roofs of which nobody knows how well they are found again. */
  public Roofs(
      String device,
      int threads,
      String instructions,
      double flops,
      Map<String, Double> otherPeaks,
      List<Level> levels) {
    this(device, threads, instructions, flops, Double.NaN, otherPeaks, levels);
  }

  /** Roofs of what needs no launch, or one of which nobody knows the cost. */
  public Roofs(
      String device,
      int threads,
      String instructions,
      double flops,
      double spread,
      Map<String, Double> otherPeaks,
      List<Level> levels) {
    this(device, threads, instructions, flops, spread, otherPeaks, levels, null);
  }

  /** Checks the values and copies the list. */
  public Roofs {
    levels = List.copyOf(levels);
    otherPeaks = Collections.unmodifiableMap(new TreeMap<>(otherPeaks));
    if (levels.isEmpty() || !(flops > 0)) {
      throw new IllegalArgumentException(
          "roofs need a positive peak and a level of memory, got %s and %s"
              .formatted(flops, levels));
    }
  }

  /** Returns the name of a type's peak with an instruction set that is not the roofs' own. */
  public static String peakName(ElementType type, Isa isa) {
    return type.nativeName() + " " + isa.nativeName();
  }

  /**
   * Returns operations a second with operands of a type: of all peaks that are known for it the
   * highest, float32's among them, to which every type can be widened. Unsigned bytes are
   * multiplied with signed ones, as these among themselves.
   */
  public double peak(ElementType type) {
    return Math.max(withoutTensor(type), other(type.nativeName() + TENSOR));
  }

  /**
   * Returns operations a second of a category's work: tensor cores multiply matrices, so only dense
   * and 1×1 convolutions reach their peak. Those in float32 do so in TF32, which is LibTorch's own
   * choice for convolutions.
   */
  public double peak(ElementType type, Category category) {
    return category.isMatrixProduct() ? peak(type) : withoutTensor(type);
  }

  private double withoutTensor(ElementType type) {
    String name = (type == ElementType.U8 ? ElementType.I8 : type).nativeName();
    return Math.max(flops, Math.max(other(name), other(name + AMX)));
  }

  private double other(String name) {
    return otherPeaks.getOrDefault(name, 0.0);
  }

  /** Returns, of float32 on tensor cores, what that means for whoever reads a profile. */
  public Optional<String> tensorNote(ElementType type) {
    Double tensor = otherPeaks.get(ElementType.F32.nativeName() + TENSOR);
    return type != ElementType.F32 || tensor == null
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "float32 convolutions run in TF32 on the tensor cores, as LibTorch has it unless told"
                    + " otherwise: %.1f TFLOP/s is their roof; the lanes' %.1f is that of all else,"
                    + " depthwise convolutions among it",
                Math.max(flops, tensor) / 1e12,
                flops / 1e12));
  }

  /** Returns a copy with what a launch costs. */
  public Roofs withLaunch(LaunchCost cost) {
    return new Roofs(device, threads, instructions, flops, spread, otherPeaks, levels, cost);
  }

  /** Returns the innermost level that holds so many bytes. */
  public Level levelOf(long bytes) {
    return levels.stream()
        .filter(level -> bytes <= level.bytes())
        .findFirst()
        .orElse(levels.get(levels.size() - 1));
  }

  /** Returns the levels whose bandwidths weren't found again well enough to be believed. */
  public List<Level> unsettled() {
    return levels.stream().filter(level -> level.spread() > RoofMeasurement.MOST_SPREAD).toList();
  }

  /** Returns the FLOPs a byte from which on arithmetic decides, at memory's bandwidth. */
  public double ridge() {
    return flops / levels.get(levels.size() - 1).bandwidth();
  }
}
