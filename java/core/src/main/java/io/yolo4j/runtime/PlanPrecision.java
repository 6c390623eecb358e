package io.yolo4j.runtime;

import io.yolo4j.kernels.ElementType;

/** What a plan computes in. Sums are float32 in all of them, and so are the raw heads. */
public enum PlanPrecision {
  /** Weights and feature maps in float32. */
  FLOAT32(ElementType.F32),
  /** Weights and feature maps in bfloat16: half the bytes, three digits. */
  BFLOAT16(ElementType.BF16),
  /**
   * Dense convolutions on bytes: weights with a scale an output channel, feature maps with a scale
   * and a zero point that a {@link Calibration} gives. The rest in bfloat16 where the CPU has it,
   * else in float32.
   */
  INT8(ElementType.U8);

  private final ElementType elementType;

  PlanPrecision(ElementType elementType) {
    this.elementType = elementType;
  }

  /** Returns the type of feature maps, in {@link #INT8} of most. */
  public ElementType elementType() {
    return elementType;
  }
}
