package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;

/** The element-wise functions that the kernels know, alone or behind another operation. */
public enum ActivationFunction {
  /** u. */
  NONE(Yolo4j.YOLO4J_ACTIVATION_NONE),
  /** max(u, 0). */
  RELU(Yolo4j.YOLO4J_ACTIVATION_RELU),
  /** min(max(u, 0), 6). */
  RELU6(Yolo4j.YOLO4J_ACTIVATION_RELU6),
  /** u / (1 + exp(−u)). */
  SILU(Yolo4j.YOLO4J_ACTIVATION_SILU),
  /** u·min(max(u + 3, 0), 6) / 6. */
  HARDSWISH(Yolo4j.YOLO4J_ACTIVATION_HARDSWISH),
  /** min(max(u + 3, 0), 6) / 6; alone, or as the gate of a squeeze and excite. */
  HARDSIGMOID(Yolo4j.YOLO4J_ACTIVATION_HARDSIGMOID),
  /** 1 / (1 + exp(−u)); alone, or as the gate of a squeeze and excite. */
  SIGMOID(Yolo4j.YOLO4J_ACTIVATION_SIGMOID);

  private final int code;

  ActivationFunction(int code) {
    this.code = code;
  }

  /** Returns the code of {@code enum yolo4j_activation}. */
  public int code() {
    return code;
  }
}
