package io.yolo4j.profile;

import io.yolo4j.kernels.PerfCounters.Counter;
import java.util.Set;

/**
 * What the CPU counts in user space while a step runs, of all threads, the gap before it included.
 *
 * @param cycles of the cores
 * @param instructions that retired
 * @param misses lines that were not in the cache that the kernel's generic event speaks of: the
 *     last level of Intel's, the second of AMD's
 * @param flops floating-point operations, a multiply-add as 2
 */
public record LayerCounters(Cell cycles, Cell instructions, Cell misses, Cell flops) {
  /** Those of the CPU. */
  static final Set<Counter> COUNTED =
      Set.of(Counter.CYCLES, Counter.INSTRUCTIONS, Counter.CACHE_MISSES, Counter.FLOPS);

  /** Of which nobody knows anything. */
  public static final LayerCounters UNKNOWN =
      new LayerCounters(Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE);

  /** Bytes of a line of the caches of all CPUs that are known here. */
  private static final int LINE = 64;

  /** Returns instructions a cycle, derived. */
  public Cell instructionsPerCycle() {
    return cycles.exceeds(0)
        ? Cell.derived(instructions.value() / cycles.value())
        : Cell.UNAVAILABLE;
  }

  /** Returns the bytes that the misses brought, derived: a line each. */
  public Cell missedBytes() {
    return Cell.derived(misses.value() * LINE);
  }

  /** Returns operations a byte that was brought, derived; unavailable where none was. */
  public Cell intensity() {
    return misses.exceeds(0)
        ? Cell.derived(flops.value() / missedBytes().value())
        : Cell.UNAVAILABLE;
  }
}
