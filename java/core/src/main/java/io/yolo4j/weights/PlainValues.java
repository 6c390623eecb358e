package io.yolo4j.weights;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies a part of a pickle as plain immutable values: null, Boolean, Long, BigInteger, Double,
 * String, List, Map with String keys. Shared parts are copied each time they occur, so the number
 * of values is limited, and so is the depth.
 */
final class PlainValues {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_VALUES = 200_000;

  private int count;

  private PlainValues() {}

  /** Thrown internally when a limit is exceeded. */
  private static final class LimitExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Returns a copy of a dict; empty if it isn't one, is too deep or too large. */
  static Optional<Map<String, Object>> map(@Nullable Object value) {
    try {
      return value instanceof Map<?, ?> map
          ? Optional.of(new PlainValues().copyMap(map, 0))
          : Optional.empty();
    } catch (LimitExceeded e) {
      return Optional.empty();
    }
  }

  private @Nullable Object copy(@Nullable Object value, int depth) {
    if (++count > MAX_VALUES || depth > MAX_DEPTH) {
      throw new LimitExceeded();
    }
    if (value instanceof Map<?, ?> map) {
      return copyMap(map, depth);
    }
    if (value instanceof List<?> list) {
      List<Object> copied = new ArrayList<>();
      for (Object element : list) {
        copied.add(copy(element, depth + 1));
      }
      return Collections.unmodifiableList(copied);
    }
    if (value == null
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Double
        || value instanceof String) {
      return value;
    }
    return value.toString(); // an object: its class, a tensor: its type and shape
  }

  private Map<String, Object> copyMap(Map<?, ?> map, int depth) {
    Map<String, Object> copied = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> copied.put(String.valueOf(copy(key, depth + 1)), copy(value, depth + 1)));
    return Collections.unmodifiableMap(copied);
  }
}
