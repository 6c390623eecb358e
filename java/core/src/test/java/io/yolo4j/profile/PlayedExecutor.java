package io.yolo4j.profile;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.runtime.StepListener;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Takes the same time for a step in every run: half a microsecond, and more on more pixels.
 *
 * @param graph the network
 * @param work done in a node's step
 * @param tellsOfStepsAsTheyEnd false: at the end of the run
 */
record PlayedExecutor(Graph graph, IntConsumer work, boolean tellsOfStepsAsTheyEnd)
    implements MeasurableExecutor {
  static final int SIDE = 64;
  static final long ISSUE_NANOS = 500;

  PlayedExecutor(Graph graph, IntConsumer work) {
    this(graph, work, true);
  }

  @Override
  public List<Integer> doneBy() {
    return IntStream.range(0, graph.nodes().size()).boxed().toList();
  }

  @Override
  public List<RawHead> run(ImageBatch batch, StepListener listener) {
    for (int node = 0; node < graph.nodes().size(); node++) {
      work.accept(node);
      long more = batch.height() == SIDE ? 1000L * (node + 1) : 0;
      listener.ran(node, 0, ISSUE_NANOS + more);
    }
    return List.of();
  }

  @Override
  public List<RawHead> run(ImageBatch batch) {
    return List.of();
  }

  @Override
  public DetectionHead head() {
    return graph.head().orElseThrow();
  }

  @Override
  public String describe() {
    return "played";
  }

  @Override
  public void close() {}
}
