package io.yolo4j.kernels;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Memory that kernels compute in; it grows to what the largest of them needs and is used again by
 * the next.
 *
 * <p>Ownership: a direct buffer of the JVM, so an owner that isn't closed leaks nothing; closing
 * gives the memory up at once. Threads: one at a time; each thread brings its own.
 */
public final class KernelWorkspace implements AutoCloseable {
  private @Nullable ByteBuffer buffer;
  private @Nullable BytePointer memory;
  private boolean closed;

  /** Creates an empty workspace. */
  public KernelWorkspace() {}

  /** Returns the bytes that are held. */
  public long bytes() {
    return buffer == null ? 0 : buffer.capacity();
  }

  /** Gives the memory up. Closing twice does nothing. */
  @Override
  public void close() {
    closed = true;
    buffer = null;
    memory = null;
  }

  BytePointer atLeast(long bytes) {
    if (closed) {
      throw new IllegalStateException("the workspace is closed");
    }
    BytePointer held = memory;
    if (held == null || bytes() < bytes) {
      NativeMemory.liftJavaCppLimits();
      // By half at least: sizes that rise step by step shouldn't allocate at each step.
      long grown = Math.min(Math.max(bytes, bytes() + bytes() / 2), Integer.MAX_VALUE - 8);
      buffer = ByteBuffer.allocateDirect(Math.toIntExact(Math.max(bytes, grown)));
      held = new BytePointer(buffer);
      memory = held;
    }
    return held;
  }
}
