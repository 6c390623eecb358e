package io.yolo4j.torch;

import io.yolo4j.graph.Node;
import org.bytedeco.pytorch.Tensor;

/** Looks at the tensors of steps. */
@FunctionalInterface
interface StepObserver {
  /** Looks at what a step read and wrote, before anything of it is freed. */
  void observe(Node node, Tensor[] read, Tensor written);
}
