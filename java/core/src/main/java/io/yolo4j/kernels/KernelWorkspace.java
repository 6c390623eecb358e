package io.yolo4j.kernels;

import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Memory that kernels compute in; it grows to what the largest of them needs and is used again by
 * the next.
 *
 * <p>Ownership: the caller closes it. Threads: one at a time; each thread brings its own.
 */
public final class KernelWorkspace implements AutoCloseable {
  private @Nullable BytePointer memory;
  private boolean closed;

  /** Creates an empty workspace. */
  public KernelWorkspace() {}

  /** Returns the bytes that are held. */
  public long bytes() {
    return memory == null ? 0 : memory.limit();
  }

  /** Frees the memory. Closing twice does nothing. */
  @Override
  public void close() {
    closed = true;
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }

  BytePointer atLeast(long bytes) {
    if (closed) {
      throw new IllegalStateException("the workspace is closed");
    }
    BytePointer held = memory;
    if (held == null || held.limit() < bytes) {
      // Freed first: both at once may be more than there is.
      memory = null;
      if (held != null) {
        held.close();
      }
      NativeMemory.liftJavaCppLimits();
      held = new BytePointer(bytes);
      memory = held;
    }
    return held;
  }
}
