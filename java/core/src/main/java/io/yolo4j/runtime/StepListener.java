package io.yolo4j.runtime;

/** Told of each step of a run, on the thread that runs it. */
@FunctionalInterface
public interface StepListener {
  /**
   * A node's step has run.
   *
   * @param node the node's id in {@link MeasurableExecutor#graph()}
   * @param started when it began, by {@link System#nanoTime()}
   * @param ended when it ended
   */
  void ran(int node, long started, long ended);
}
