package io.yolo4j.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object of an unknown class in a pickle, as inert data: what the file says would be passed to
 * the class. Compared by identity, since objects may refer to each other in circles.
 */
public final class PickleObject {
  private final String className;
  private final List<Object> args;
  private final Map<Object, Object> items = new LinkedHashMap<>();
  private final List<Object> elements = new ArrayList<>();
  private @Nullable Object state;

  PickleObject(String className, List<Object> args) {
    this.className = className;
    this.args = Collections.unmodifiableList(args);
  }

  /** Returns the class with its module, for example {@code models.yolo.Model}. */
  public String className() {
    return className;
  }

  /** Returns the arguments of the construction, usually none. */
  public List<Object> args() {
    return args;
  }

  /** Returns the state that would be set, usually a map of attributes; empty for None. */
  public Optional<Object> state() {
    return Optional.ofNullable(state);
  }

  /** Returns the entries that would be put, where the class is a dictionary. */
  public Map<Object, Object> items() {
    return Collections.unmodifiableMap(items);
  }

  /** Returns the elements that would be appended, where the class is a list. */
  public List<Object> elements() {
    return Collections.unmodifiableList(elements);
  }

  /** Returns the attribute of that name; empty if it is absent or None. */
  public Optional<Object> attribute(String name) {
    return state instanceof Map<?, ?> attributes
        ? Optional.ofNullable(attributes.get(name))
        : Optional.empty();
  }

  /** Returns the class name. */
  @Override
  public String toString() {
    return className + "(..)";
  }

  void setState(@Nullable Object state) {
    this.state = state;
  }

  Map<Object, Object> mutableItems() {
    return items;
  }

  List<Object> mutableElements() {
    return elements;
  }
}
