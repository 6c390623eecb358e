package io.yolo4j.profile;

/** What decides how long a layer takes. */
public enum Bound {
  /** Arithmetic: FLOPs over the peak are longer than bytes over the bandwidth. */
  COMPUTE,
  /** The bandwidth of a level of memory. */
  MEMORY,
  /** The host: on the smallest picture, with next to no work, the step takes half of its time. */
  ISSUE,
  /**
   * Bringing data into another layout: that is the step's work, or its implementation reorders
   * tensors and it takes over twice the time of its roof.
   */
  LAYOUT,
  /** Pages that the system hands out: at least half of the step's time by what a fault costs. */
  PAGING
}
