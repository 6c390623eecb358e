package io.yolo4j.runtime;

/**
 * Told of each step of a run, on the thread that runs it: when the step has ended, or of all of
 * them at the end of the run.
 */
@FunctionalInterface
public interface StepListener {
  /**
   * A node's step has run.
   *
   * @param node the node's id in {@link MeasurableExecutor#graph()}
   * @param started when it began on the device that did it, by {@link System#nanoTime()}
   * @param ended when it ended
   */
  void ran(int node, long started, long ended);
}
