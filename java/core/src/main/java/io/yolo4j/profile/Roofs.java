package io.yolo4j.profile;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a processor does at best, measured: the lines of a roofline.
 *
 * @param device its name
 * @param threads how many worked at once
 * @param instructions the instruction set of the peak, for example {@code avx512}
 * @param flops float32 FLOPs a second, a multiply-add counting 2
 * @param otherPeaks operations a second with operands of other types, by {@code bf16}, {@code i8},
 *     {@code bf16 amx} and {@code i8 amx}; only those that the processor has instructions for
 * @param levels from the innermost cache to memory
 */
public record Roofs(
    String device,
    int threads,
    String instructions,
    double flops,
    Map<String, Double> otherPeaks,
    List<Level> levels) {
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
   */
  public record Level(
      String name,
      long bytes,
      double read,
      double write,
      double copy,
      double triad,
      double update) {
    /** Returns the most of all: what no mix of accesses exceeds. */
    public double bandwidth() {
      return Math.max(Math.max(read, write), Math.max(update, Math.max(copy, triad)));
    }
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

  /**
   * Returns the roofs for operands of a type: with the highest of float32's peak and the type's.
   *
   * @param type {@code bf16} or {@code i8}
   */
  public Roofs forType(String type) {
    double highest = flops;
    for (Map.Entry<String, Double> peak : otherPeaks.entrySet()) {
      if (peak.getKey().startsWith(type)) {
        highest = Math.max(highest, peak.getValue());
      }
    }
    return new Roofs(device, threads, instructions, highest, otherPeaks, levels);
  }

  /** Returns the innermost level that holds so many bytes. */
  public Level levelOf(long bytes) {
    return levels.stream()
        .filter(level -> bytes <= level.bytes())
        .findFirst()
        .orElse(levels.get(levels.size() - 1));
  }

  /** Returns the FLOPs a byte from which on arithmetic decides, at memory's bandwidth. */
  public double ridge() {
    return flops / levels.get(levels.size() - 1).bandwidth();
  }
}
