package io.yolo4j.weights;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The elements that one or more tensors of a checkpoint view. Two tensors share memory if and only
 * if their storages are the same object.
 */
public final class PickledStorage {
  private final String key;
  private final DType dtype;
  private final long elements;
  // Set once, before the reader hands out anything: the legacy form stores the bytes last.
  private @Nullable ByteBuffer bytes;

  PickledStorage(String key, DType dtype, long elements) {
    this.key = key;
    this.dtype = dtype;
    this.elements = elements;
  }

  /** Returns the name inside the file, digits. */
  public String key() {
    return key;
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the number of elements. */
  public long elements() {
    return elements;
  }

  long byteSize() {
    return elements * dtype.bytes();
  }

  boolean isBound() {
    return bytes != null;
  }

  void bind(ByteBuffer storageBytes) {
    bytes = storageBytes.asReadOnlyBuffer();
  }

  ByteBuffer bytes() {
    if (bytes == null) {
      throw new IllegalStateException("storage " + key + " has no bytes yet");
    }
    return bytes;
  }
}
