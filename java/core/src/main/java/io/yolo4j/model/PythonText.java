package io.yolo4j.model;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values as Python prints them, for tables that users compare with those of the Python reference.
 */
final class PythonText {
  private PythonText() {}

  static String list(List<? extends @Nullable Object> values) {
    return values.stream().map(PythonText::value).collect(Collectors.joining(", ", "[", "]"));
  }

  static String value(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof String text) {
      return "'" + text + "'";
    }
    if (value instanceof List<?> values) {
      return list(values);
    }
    return value.toString();
  }
}
