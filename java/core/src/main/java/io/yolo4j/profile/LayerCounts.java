package io.yolo4j.profile;

/**
 * What happens beside a step's arithmetic, a run.
 *
 * @param faults minor page faults
 * @param paging seconds that these cost at most
 * @param allocations tensors that the step leaves in memory that none of its inputs lies in
 * @param allocatedBytes the bytes of that memory
 * @param reorders tensors that the step's implementation brings into another layout
 * @param counters the CPU's own, where they were asked for
 * @param gpu what the GPU counted that worked the step off, where that was asked for
 */
public record LayerCounts(
    Cell faults,
    Cell paging,
    Cell allocations,
    Cell allocatedBytes,
    Cell reorders,
    LayerCounters counters,
    GpuLayerCounters gpu) {
  /** Of which nobody knows anything. */
  public static final LayerCounts UNKNOWN =
      new LayerCounts(
          Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE);

  /** Of which no counters of a CPU or a GPU are known. */
  public LayerCounts(
      Cell faults, Cell paging, Cell allocations, Cell allocatedBytes, Cell reorders) {
    this(
        faults,
        paging,
        allocations,
        allocatedBytes,
        reorders,
        LayerCounters.UNKNOWN,
        GpuLayerCounters.UNKNOWN);
  }

  /** Returns a copy with the CPU's counters. */
  public LayerCounts withCounters(LayerCounters counted) {
    return new LayerCounts(faults, paging, allocations, allocatedBytes, reorders, counted, gpu);
  }

  /** Returns a copy with a GPU's counters. */
  public LayerCounts withGpu(GpuLayerCounters counted) {
    return new LayerCounts(
        faults, paging, allocations, allocatedBytes, reorders, counters, counted);
  }
}
