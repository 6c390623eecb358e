package io.yolo4j.runtime;

/**
 * Told when the work of each step of a run is issued, on the thread that runs: what a device's
 * queue is given between both calls belongs to the step, whenever the device gets to it.
 */
public interface IssueListener {
  /** The work of a node's step is about to be issued. */
  void issuing(int node);

  /** It has been issued, and perhaps done. */
  void issued(int node);
}
