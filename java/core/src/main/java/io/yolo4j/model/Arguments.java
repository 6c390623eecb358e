package io.yolo4j.model;

import io.yolo4j.graph.Size2;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The resolved arguments of a module, positional as in its constructor: input channels first where
 * it has any. Accessors check the type and name the argument in their errors.
 */
public final class Arguments {
  private final String module;
  private final List<@Nullable Object> values;

  /** Keeps the arguments of the named module. */
  public Arguments(String module, List<? extends @Nullable Object> values) {
    this.module = module;
    this.values = Collections.unmodifiableList(new ArrayList<@Nullable Object>(values));
  }

  /** Returns the values as given. */
  public List<@Nullable Object> values() {
    return values;
  }

  /** Returns the number of arguments. */
  public int size() {
    return values.size();
  }

  /** Returns whether the argument is there and not None. */
  public boolean has(int index) {
    return index < values.size() && values.get(index) != null;
  }

  /** Returns a whole number that must be given. */
  public int integer(int index, String name) {
    Object value = index < values.size() ? values.get(index) : null;
    if (value instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw wrong(index, name, "a whole number", value);
  }

  /** Returns a whole number, or the default when it is absent or None. */
  public int integer(int index, String name, int absent) {
    return has(index) ? integer(index, name) : absent;
  }

  /** Returns a number, or the default when it is absent or None. */
  public double number(int index, String name, double absent) {
    if (!has(index)) {
      return absent;
    }
    if (values.get(index) instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(index, name, "a number", values.get(index));
  }

  /** Returns a flag, or the default when it is absent or None; 0 and 1 count as False and True. */
  public boolean flag(int index, String name, boolean absent) {
    if (!has(index)) {
      return absent;
    }
    Object value = values.get(index);
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Number number
        && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
      return number.intValue() == 1;
    }
    throw wrong(index, name, "True or False", value);
  }

  /** Returns a size from a number or a pair, or the default when it is absent or None. */
  public Size2 size(int index, String name, Size2 absent) {
    if (!has(index)) {
      return absent;
    }
    if (values.get(index) instanceof List<?> pair) {
      List<Integer> numbers = integers(index, name);
      if (pair.size() != 2) {
        throw wrong(index, name, "a whole number or a pair", pair);
      }
      return new Size2(numbers.get(0), numbers.get(1));
    }
    return Size2.square(integer(index, name));
  }

  /** Returns a list of whole numbers that must be given. */
  public List<Integer> integers(int index, String name) {
    Object value = index < values.size() ? values.get(index) : null;
    if (!(value instanceof List<?> list)) {
      throw wrong(index, name, "a list of whole numbers", value);
    }
    List<Integer> numbers = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Number number) || number.doubleValue() != number.intValue()) {
        throw wrong(index, name, "a list of whole numbers", value);
      }
      numbers.add(number.intValue());
    }
    return numbers;
  }

  /** Returns a list of whole numbers, or the default when it is absent or None. */
  public List<Integer> integers(int index, String name, List<Integer> absent) {
    return has(index) ? integers(index, name) : absent;
  }

  /** Returns a text, or the default when it is absent or None. */
  public String text(int index, String name, String absent) {
    if (!has(index)) {
      return absent;
    }
    if (values.get(index) instanceof String text) {
      return text;
    }
    throw wrong(index, name, "a text", values.get(index));
  }

  /** Returns a list of lists of numbers that must be given. */
  public List<List<Number>> table(int index, String name) {
    Object value = index < values.size() ? values.get(index) : null;
    List<List<Number>> table = new ArrayList<>();
    if (value instanceof List<?> rows) {
      for (Object row : rows) {
        if (!(row instanceof List<?> numbers)
            || !numbers.stream().allMatch(Number.class::isInstance)) {
          throw wrong(index, name, "a list of lists of numbers", value);
        }
        table.add(numbers.stream().map(Number.class::cast).toList());
      }
      return table;
    }
    throw wrong(index, name, "a list of lists of numbers", value);
  }

  private IllegalArgumentException wrong(
      int index, String name, String expected, @Nullable Object value) {
    String given = index < values.size() ? "got " + PythonText.brief(value) : "it is missing";
    return new IllegalArgumentException(
        "%s: argument %d (%s) must be %s, %s in %s"
            .formatted(module, index, name, expected, given, PythonText.brief(values)));
  }
}
