package io.yolo4j.runtime;

import io.yolo4j.graph.DetectionHead;
import java.util.List;

/**
 * The one seam between a detection network and what runs it: a batch of pictures in, raw heads out.
 * Detection, validation and profiling work on any implementation.
 *
 * <p>Threads: an executor serves one thread at a time. Ownership: the caller closes it; use after
 * close throws {@link IllegalStateException}.
 */
public interface Executor extends AutoCloseable {
  /** Returns how to read the raw heads; their order is the order of the levels. */
  DetectionHead head();

  /**
   * Runs the network in inference mode.
   *
   * @param batch height and width must be multiples of {@code head().maxStride()}
   * @return one raw head per level, valid until the next run or the close; those of a plan with a
   *     least objectness hold classes apart, where it passes ({@link RawHead#classLogits})
   * @throws IllegalArgumentException if the picture's size does not fit the strides
   * @throws IllegalStateException if the executor is closed
   */
  List<RawHead> run(ImageBatch batch);

  /** Returns a short description for people: what runs the network, with which options. */
  String describe();

  @Override
  void close();
}
