package io.yolo4j.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Tensors by name, in the order of the file or of the model. Immutable; threads: safe. The names
 * are PyTorch's, for example {@code model.0.conv.weight}.
 */
public final class StateDict {
  private final Map<String, HostTensor> tensors;

  private StateDict(Map<String, HostTensor> tensors) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** Returns a dictionary with these entries in the map's order. */
  public static StateDict of(Map<String, HostTensor> tensors) {
    return new StateDict(tensors);
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the tensor of that name.
   *
   * @throws IllegalArgumentException if there is none; the message names the most similar one
   */
  public HostTensor get(String name) {
    HostTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "no tensor is named '%s' among %d%s".formatted(name, size(), suggestion(name)));
    }
    return tensor;
  }

  /** Returns whether there is a tensor of that name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** Returns the names in order. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** Returns the number of tensors. */
  public int size() {
    return tensors.size();
  }

  /** Returns the entries as an unmodifiable map in order. */
  public Map<String, HostTensor> toMap() {
    return tensors;
  }

  /** Calls the action with every entry in order. */
  public void forEach(BiConsumer<String, HostTensor> action) {
    tensors.forEach(action);
  }

  /** Returns a copy with one entry replaced in its place, or added at the end. */
  public StateDict with(String name, HostTensor tensor) {
    Map<String, HostTensor> changed = new LinkedHashMap<>(tensors);
    changed.put(name, tensor);
    return new StateDict(changed);
  }

  /** Returns the number of tensors; the tensors would be too many. */
  @Override
  public String toString() {
    return "StateDict of " + size() + " tensors";
  }

  private String suggestion(String wanted) {
    String best = "";
    int longest = 0;
    for (String name : tensors.keySet()) {
      int common = 0;
      while (common < Math.min(name.length(), wanted.length())
          && name.charAt(common) == wanted.charAt(common)) {
        common++;
      }
      if (common > longest) {
        longest = common;
        best = name;
      }
    }
    return best.isEmpty() ? "" : "; the most similar is '" + best + "'";
  }

  /** Collects entries in order. Not safe for several threads. */
  public static final class Builder {
    private final Map<String, HostTensor> tensors = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds an entry at the end.
     *
     * @throws IllegalArgumentException if the name is there already
     */
    public Builder put(String name, HostTensor tensor) {
      HostTensor present = tensors.putIfAbsent(name, tensor);
      if (present != null) {
        throw new IllegalArgumentException(
            "tensor names must be unique, got '%s' twice: %s and %s"
                .formatted(name, present, tensor));
      }
      return this;
    }

    /** Returns the dictionary of what was added so far. */
    public StateDict build() {
      return new StateDict(tensors);
    }
  }
}
