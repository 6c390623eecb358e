package io.yolo4j.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values as Python prints them, for tables that users compare with those of the Python reference.
 */
final class PythonText {
  private static final int BRIEF_LENGTH = 200;
  private static final int BRIEF_DEPTH = 8;

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

  /**
   * A value for a message. Cut, because an untrusted file may hold lists that contain themselves or
   * that alias each other into exponential size.
   */
  static String brief(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value, 0);
    return text.length() > BRIEF_LENGTH ? text.substring(0, BRIEF_LENGTH) + "…" : text.toString();
  }

  private static void append(StringBuilder text, @Nullable Object value, int depth) {
    if (value instanceof List<?> list) {
      appendAll(text, "[]", list, depth);
    } else if (value instanceof Map<?, ?> map) {
      appendAll(text, "{}", map.keySet(), depth);
    } else {
      text.append(value(value));
    }
  }

  private static void appendAll(
      StringBuilder text, String brackets, Collection<?> elements, int depth) {
    text.append(brackets.charAt(0));
    String separator = "";
    for (Object element : elements) {
      if (depth == BRIEF_DEPTH || text.length() > BRIEF_LENGTH) {
        text.append('…');
        break;
      }
      text.append(separator);
      append(text, element, depth + 1);
      separator = ", ";
    }
    text.append(brackets.charAt(1));
  }
}
