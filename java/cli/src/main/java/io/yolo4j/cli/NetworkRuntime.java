package io.yolo4j.cli;

import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.weights.StateDict;

/** What runs networks that are measured. */
interface NetworkRuntime {
  /** Creates an executor of a network, its batch norms folded already; the caller closes it. */
  MeasurableExecutor create(Graph graph, StateDict state);

  /** Returns the type of weights and feature maps. */
  ElementType elementType();

  /** Returns how many threads run a network; asked after an executor was made. */
  int threads();
}
