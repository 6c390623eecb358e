package io.yolo4j.weights;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A numpy array of a pickle. Compared by identity. */
public final class PickledArray {
  private @Nullable HostTensor values;

  PickledArray() {}

  /** Returns the values row-major; empty if the element type is not a number or boolean. */
  public Optional<HostTensor> values() {
    return Optional.ofNullable(values);
  }

  void setValues(@Nullable HostTensor values) {
    this.values = values;
  }

  /** Returns type and shape, not the values. */
  @Override
  public String toString() {
    return "numpy " + (values == null ? "array" : values.toString());
  }
}
