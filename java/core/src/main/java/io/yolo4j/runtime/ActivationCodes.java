package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.kernels.ActivationFunction;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The codes of {@code enum yolo4j_activation} of what our operations can do beside their own. */
public final class ActivationCodes {
  private static final Map<Activation.Kind, ActivationFunction> FUNCTIONS =
      new EnumMap<>(
          Map.of(
              Activation.Kind.IDENTITY, ActivationFunction.NONE,
              Activation.Kind.RELU, ActivationFunction.RELU,
              Activation.Kind.RELU6, ActivationFunction.RELU6,
              Activation.Kind.SILU, ActivationFunction.SILU,
              Activation.Kind.HARDSWISH, ActivationFunction.HARDSWISH,
              Activation.Kind.HARDSIGMOID, ActivationFunction.HARDSIGMOID,
              Activation.Kind.SIGMOID, ActivationFunction.SIGMOID));

  private static final Set<ActivationFunction> GATES =
      Set.of(ActivationFunction.HARDSIGMOID, ActivationFunction.SIGMOID);

  private ActivationCodes() {}

  /**
   * Returns whether an operation can do the activation behind itself; {@code IDENTITY} for none.
   */
  public static boolean isBehind(Activation.Kind kind) {
    ActivationFunction function = FUNCTIONS.get(kind);
    return function != null && !GATES.contains(function);
  }

  /** Returns whether the activation can be the gate of a squeeze and excite. */
  public static boolean isGate(Activation.Kind kind) {
    ActivationFunction function = FUNCTIONS.get(kind);
    return function != null && GATES.contains(function);
  }

  /**
   * Returns an activation's code.
   *
   * @throws IllegalArgumentException if the operations don't know it
   */
  public static int of(Activation.Kind kind) {
    ActivationFunction function = FUNCTIONS.get(kind);
    if (function == null) {
      throw new IllegalArgumentException("our operations don't know " + kind);
    }
    return function.code();
  }
}
