package io.yolo4j.weights;

import java.util.List;
import java.util.Map;

/** Access to the values of a pickle that fails with the path's last step. */
final class PickleTree {
  private PickleTree() {}

  /** Returns the value at a path of dictionary keys and list indices. */
  static <T> T at(Object root, Class<T> type, Object... path) {
    Object value = root;
    for (Object step : path) {
      Object next =
          value instanceof Map<?, ?> map ? map.get(step) : ((List<?>) value).get((Integer) step);
      if (next == null) {
        throw new AssertionError("nothing at " + step + " of " + List.of(path));
      }
      value = next;
    }
    if (!type.isInstance(value)) {
      throw new AssertionError("a " + type + " must be at " + List.of(path) + ", got " + value);
    }
    return type.cast(value);
  }

  /** Returns the content of a checkpoint, a dictionary. */
  static Map<?, ?> root(Checkpoint checkpoint) {
    return (Map<?, ?>) checkpoint.root().orElseThrow();
  }
}
