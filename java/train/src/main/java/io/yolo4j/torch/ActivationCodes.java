package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import java.util.EnumMap;
import java.util.Map;

/** The codes of {@code enum yolo4j_activation} of what our operations can do beside their own. */
final class ActivationCodes {
  private static final Map<Activation.Kind, Integer> CODES =
      new EnumMap<>(
          Map.of(
              Activation.Kind.IDENTITY, 0,
              Activation.Kind.RELU, 1,
              Activation.Kind.RELU6, 2,
              Activation.Kind.SILU, 3,
              Activation.Kind.HARDSWISH, 4,
              Activation.Kind.HARDSIGMOID, 5,
              Activation.Kind.SIGMOID, 6));

  /** Codes above are gates of a squeeze and excite. */
  private static final int LAST_BEHIND = 4;

  private ActivationCodes() {}

  /**
   * Returns whether an operation can do the activation behind itself; {@code IDENTITY} for none.
   */
  static boolean isBehind(Activation.Kind kind) {
    Integer code = CODES.get(kind);
    return code != null && code <= LAST_BEHIND;
  }

  /** Returns whether the activation can be the gate of a squeeze and excite. */
  static boolean isGate(Activation.Kind kind) {
    Integer code = CODES.get(kind);
    return code != null && code > LAST_BEHIND;
  }

  /**
   * Returns an activation's code.
   *
   * @throws IllegalArgumentException if the operations don't know it
   */
  static int of(Activation.Kind kind) {
    Integer code = CODES.get(kind);
    if (code == null) {
      throw new IllegalArgumentException("our operations don't know " + kind);
    }
    return code;
  }
}
