package io.yolo4j.runtime;

import io.yolo4j.graph.Graph;
import java.util.List;
import java.util.OptionalInt;

/** An executor that tells, step by step, where its time goes. */
public interface MeasurableExecutor extends Executor {
  /** Returns the network as it runs, for example with batch norms folded. */
  Graph graph();

  /**
   * Returns for each node, by its id, the node whose step does its work: itself, or another one
   * that it is fused with.
   */
  List<Integer> doneBy();

  /**
   * Returns the types of each node's numbers, by its id; empty: all have the one type that the
   * measurement is told.
   */
  default List<StepTypes> types() {
    return List.of();
  }

  /**
   * Runs the network as {@link #run(ImageBatch)} and tells a listener of each step, in their order
   * and before this returns. Times are those of the device that does the work: an executor whose
   * device works a queue off by itself tells of all steps at the end of the run.
   */
  List<RawHead> run(ImageBatch batch, StepListener listener);

  /**
   * Returns whether a listener is told of each step when it has ended, so that what it reads then
   * happened in that step; false: it is told of all steps at the end of the run.
   */
  default boolean tellsOfStepsAsTheyEnd() {
    return true;
  }

  /** Returns the GPU that works the steps off, from 0; empty: none does. */
  default OptionalInt gpu() {
    return OptionalInt.empty();
  }

  /**
   * Runs the network as {@link #run(ImageBatch)} and tells a listener when each step is issued; all
   * of it has been done when this returns.
   *
   * @throws UnsupportedOperationException if that can't be told
   */
  default List<RawHead> run(ImageBatch batch, IssueListener listener) {
    throw new UnsupportedOperationException(describe() + " doesn't tell when it issues its steps");
  }

  /**
   * Runs the network once more, not for its time, and returns what its steps do with memory; empty
   * where that can't be told.
   */
  default List<StepMemory> memory(ImageBatch batch) {
    return List.of();
  }
}
