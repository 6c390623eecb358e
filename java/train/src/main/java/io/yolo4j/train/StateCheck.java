package io.yolo4j.train;

import io.yolo4j.graph.Shape;
import io.yolo4j.weights.StateDict;
import java.util.List;
import java.util.Optional;

/** Checks a stored state before anything is copied from it. */
final class StateCheck {
  private StateCheck() {}

  /** Returns what is wrong with an entry that is to have a shape. */
  static Optional<String> shape(StateDict state, String name, Shape shape) {
    if (!state.contains(name)) {
      return Optional.of(name + " is missing");
    }
    Shape stored = state.get(name).shape();
    return stored.equals(shape)
        ? Optional.empty()
        : Optional.of("%s must have shape %s, got %s".formatted(name, shape, stored));
  }

  /** Throws if anything is wrong, with the first of it. */
  static void require(String what, List<String> wrong, int expected) {
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %d of %d tensors are wrong, the first: %s"
              .formatted(what, wrong.size(), expected, wrong.get(0)));
    }
  }
}
