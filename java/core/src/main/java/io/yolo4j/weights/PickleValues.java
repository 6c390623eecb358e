package io.yolo4j.weights;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions about values of a pickle that are safe whatever the value: deep, huge or circular. */
final class PickleValues {
  private static final int MAX_SHOWN = 60;
  private static final int MAX_KEY_PARTS = 16;
  private static final int MAX_KEY_CHARACTERS = 2048;

  private PickleValues() {}

  /** Returns a short text for an error message: scalars themselves, containers by their size. */
  static String describe(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof String text) {
      String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + ".." : text;
      return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }
    if (value instanceof BigInteger big) {
      return "an integer of " + big.bitLength() + " bits";
    }
    if (value instanceof List<?> list) {
      return "a sequence of " + list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return "a dict of " + map.size();
    }
    if (value instanceof Set<?> set) {
      return "a set of " + set.size();
    }
    return value instanceof byte[] bytes ? bytes.length + " bytes" : describe(value.toString());
  }

  /** Returns whether the value is immutable and cheap to hash and to compare. */
  static boolean isKey(@Nullable Object value) {
    if (value instanceof List<?> tuple) {
      return !isMutableList(tuple)
          && tuple.size() <= MAX_KEY_PARTS
          && tuple.stream().noneMatch(part -> part instanceof List || !isKey(part));
    }
    // Equal long texts that are different objects take long to compare, each time.
    return value instanceof String text
        ? text.length() <= MAX_KEY_CHARACTERS
        : !(value instanceof Map || value instanceof Set);
  }

  /** Returns whether a sequence is a Python list; tuples are unmodifiable. */
  static boolean isMutableList(List<?> sequence) {
    return sequence instanceof ArrayList;
  }
}
