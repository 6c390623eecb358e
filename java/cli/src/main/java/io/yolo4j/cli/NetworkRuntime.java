package io.yolo4j.cli;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.MeasurableExecutor;

/** What runs networks that are measured. */
interface NetworkRuntime {
  /** Creates an executor of a model, its batch norms folded already; the caller closes it. */
  MeasurableExecutor create(ProfiledModel model);

  /** Returns the type of weights and feature maps, of whatever has no other one of its own. */
  ElementType elementType();

  /** Returns how many threads run a network; asked after an executor was made. */
  int threads();
}
