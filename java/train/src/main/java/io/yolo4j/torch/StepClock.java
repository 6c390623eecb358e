package io.yolo4j.torch;

import io.yolo4j.runtime.StepListener;

/**
 * Takes the times of a run's steps and tells a listener of them, in their order.
 *
 * <p>Threads: one at a time. Ownership: the caller closes it.
 */
interface StepClock extends AutoCloseable {
  /** A run begins. */
  void begin(StepListener listener);

  /**
   * A step is about to be issued.
   *
   * @param node the node that it works for
   */
  void before(int node);

  /**
   * A step has been issued.
   *
   * @param node the node that it works for
   */
  void after(int node);

  /** The run has ended; by now the listener has been told of every step. */
  void end();

  @Override
  void close();
}
