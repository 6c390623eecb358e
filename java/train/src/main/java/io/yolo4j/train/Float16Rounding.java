package io.yolo4j.train;

import io.yolo4j.weights.DType;
import io.yolo4j.weights.StateDict;

/** Rounds weights to float16 and back, as the Python reference does before the first step. */
final class Float16Rounding {
  private Float16Rounding() {}

  static StateDict of(StateDict state) {
    StateDict.Builder rounded = StateDict.builder();
    state.forEach(
        (name, tensor) ->
            rounded.put(
                name, tensor.dtype() == DType.F32 ? tensor.to(DType.F16).to(DType.F32) : tensor));
    return rounded.build();
  }
}
