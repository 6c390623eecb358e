package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A buffer that the forms of a case share.
 *
 * @param type of its elements
 * @param count of its elements
 * @param values what it holds before, in the order in which it is stored; null for an output
 */
record BufferPlan(ElementType type, long count, @Nullable Supplier<float[]> values) {
  static final long PAGE = 4096;

  static BufferPlan output(ElementType type, long count) {
    return new BufferPlan(type, count, null);
  }

  long bytes() {
    return count * type.bytes();
  }

  /** Returns what a copy takes up: whole pages, so that no two copies share one. */
  long stepBytes() {
    return (bytes() + PAGE - 1) / PAGE * PAGE;
  }
}
