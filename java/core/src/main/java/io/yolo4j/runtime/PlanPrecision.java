package io.yolo4j.runtime;

import io.yolo4j.kernels.ElementType;

/** What a plan computes in. Sums are float32 in all of them, and so are the raw heads. */
public enum PlanPrecision {
  /** Weights and feature maps in float32. */
  FLOAT32(ElementType.F32),
  /** Weights and feature maps in bfloat16: half the bytes, three digits. */
  BFLOAT16(ElementType.BF16);

  private final ElementType elementType;

  PlanPrecision(ElementType elementType) {
    this.elementType = elementType;
  }

  /** Returns the type of weights and feature maps. */
  public ElementType elementType() {
    return elementType;
  }
}
