package io.yolo4j.runtime;

import io.yolo4j.graph.AttentionFolding;
import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.ConstantFolding;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.CpuFeature;
import io.yolo4j.kernels.CpuFeatures;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.StateDict;

/** Folds a network once and compiles it for each size of picture that is asked for. */
final class PlanCompiler {
  private final Graph graph;
  private final DetectionHead head;
  private final PlanWeights weights;
  private final PlanOptions options;

  PlanCompiler(Graph graph, StateDict state, PlanOptions options) {
    head = graph.requireHead();
    BatchNormFolding norms = BatchNormFolding.all(graph);
    ConstantFolding layers = ConstantFolding.all(norms.graph());
    AttentionFolding projections = AttentionFolding.all(layers.graph());
    this.graph = projections.graph();
    weights =
        new PlanWeights(
            FoldedState.of(FoldedState.of(FoldedState.of(state, norms), layers), projections));
    this.options = options;
  }

  /** Returns the network that plans run: batch norms and layers behind each other folded. */
  Graph graph() {
    return graph;
  }

  DetectionHead head() {
    return head;
  }

  /** Returns the plan's graph for pictures of a size, after all passes. */
  static PlanGraph optimized(Graph folded) {
    PlanGraph plan = Lowering.of(folded);
    plan = ActivationFusion.apply(plan);
    plan = ResidualFusion.apply(plan);
    plan = ChannelViews.apply(SiblingMerge.apply(plan));
    return PixelBlocks.apply(FocusBlocks.apply(plan));
  }

  /**
   * Finds out what plans don't know before the first picture does.
   *
   * @throws UnsupportedOperationException if there is such an operation
   */
  void check() {
    Placement.of(types());
  }

  /** Returns the types of the plan's feature maps, the same at every size of picture. */
  NumberTypes types() {
    return types(optimized(graph));
  }

  /** Compiles for a batch; class scores are computed where the options say so. */
  CompiledPlan compile(int images, int height, int width) {
    PlanGraph plan = optimized(images, height, width);
    if (options.leastObjectness().isPresent()) {
      float least = (float) options.leastObjectness().getAsDouble();
      plan = ClassesOnDemand.apply(plan, head, least);
    }
    return new CompiledPlan(Placement.of(types(plan)), weights, options);
  }

  /** Compiles so that every feature map is still there when a run has ended. */
  CompiledPlan compileKept(PlanGraph plan) {
    return new CompiledPlan(Placement.kept(types(plan)), weights, options);
  }

  /** Returns the plan's graph for a batch, after all passes. */
  PlanGraph optimized(int images, int height, int width) {
    return optimized(graph.withInputs(Shape.of(images, ImageBatch.CHANNELS, height, width)));
  }

  /**
   * Refuses a precision for which the CPU has no instructions, nor oneDNN code that does without.
   *
   * @throws UnsupportedOperationException if so
   */
  static void require(PlanPrecision precision, CpuFeatures cpu) {
    if (precision == PlanPrecision.INT8 && !cpu.multiplies(ElementType.U8)) {
      throw new UnsupportedOperationException(
          "8-bit integers need a CPU with AVX-512 VNNI or AMX, this one is " + cpu);
    }
    boolean x86 = cpu.has(CpuFeature.SSE4_2);
    if (precision == PlanPrecision.BFLOAT16 && x86 && !cpu.has(CpuFeature.AVX512BW)) {
      throw new UnsupportedOperationException(
          "bfloat16 needs a CPU with AVX-512, float32 doesn't; this one is " + cpu);
    }
  }

  private NumberTypes types(PlanGraph plan) {
    CpuFeatures cpu = NativeLibrary.load().cpu();
    require(options.precision(), cpu);
    if (options.precision() != PlanPrecision.INT8) {
      return NumberTypes.floats(plan, options.precision().elementType());
    }
    Calibration calibration = options.calibration();
    if (calibration == null) {
      throw new IllegalArgumentException(
          "8-bit integers need the ranges of the network's feature maps, a Calibration: neither the options nor the model's file hold one");
    }
    return NumberTypes.bytes(plan, floatsBeside(cpu), calibration);
  }

  /** What isn't bytes: bfloat16 where the CPU multiplies it. */
  private static ElementType floatsBeside(CpuFeatures cpu) {
    return cpu.multiplies(ElementType.BF16) ? ElementType.BF16 : ElementType.F32;
  }
}
