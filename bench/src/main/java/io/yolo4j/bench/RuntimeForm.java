package io.yolo4j.bench;

import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Calibrator;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.util.OptionalDouble;

/** What runs a network: plans and what they are compared with. */
public enum RuntimeForm {
  /** ONNX Runtime for Java, float32: the baseline. */
  ONNX_RUNTIME_F32 {
    @Override
    Executor of(Graph graph, StateDict state, Batch batch, int threads) {
      return new OnnxRuntimeExecutor(graph, state, batch.images(), batch.side(), threads);
    }
  },
  /** A plan in float32. */
  PLAN_F32 {
    @Override
    Executor of(Graph graph, StateDict state, Batch batch, int threads) {
      return plan(graph, state, PlanPrecision.FLOAT32, threads);
    }
  },
  /** A plan in bfloat16. */
  PLAN_BF16 {
    @Override
    Executor of(Graph graph, StateDict state, Batch batch, int threads) {
      return plan(graph, state, PlanPrecision.BFLOAT16, threads);
    }
  },
  /** A plan on bytes, calibrated on noise: times don't depend on the ranges. */
  PLAN_INT8 {
    @Override
    Executor of(Graph graph, StateDict state, Batch batch, int threads) {
      return PlanExecutor.create(
          graph,
          state,
          PlanOptions.defaults()
              .withThreads(threads)
              .withLeastObjectness(OptionalDouble.of(CONFIDENCE))
              .withInt8(Calibrator.ofNoise(graph, state, threads)));
    }
  },
  /** The LibTorch executor with its defaults, float32. */
  LIBTORCH_F32 {
    @Override
    Executor of(Graph graph, StateDict state, Batch batch, int threads) {
      return TorchExecutor.create(graph, state, TorchOptions.defaults().withThreads(threads));
    }
  };

  /** The lowest of detections: as a detector does, plans leave out classes that can't reach it. */
  static final float CONFIDENCE = 0.25f;

  /**
   * Pictures of a run.
   *
   * @param images in a batch
   * @param side of each, in pixels
   */
  record Batch(int images, int side) {}

  abstract Executor of(Graph graph, StateDict state, Batch batch, int threads);

  /**
   * Creates it for a network of the zoo with random weights: nothing is detected then, so that
   * plans compute no classes.
   */
  Executor of(String model, Batch batch, int threads) {
    Graph graph = Model.of(Zoo.find(model).orElseThrow()).graph();
    return of(graph, Initializer.initialize(graph, 0), batch, threads);
  }

  private static Executor plan(Graph graph, StateDict state, PlanPrecision precision, int threads) {
    return PlanExecutor.create(
        graph,
        state,
        PlanOptions.defaults()
            .withThreads(threads)
            .withLeastObjectness(OptionalDouble.of(CONFIDENCE))
            .withPrecision(precision));
  }
}
