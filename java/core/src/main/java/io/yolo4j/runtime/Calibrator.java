package io.yolo4j.runtime;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.weights.StateDict;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An executor that runs a network in float32 on pictures like those to come and keeps count of the
 * values of its feature maps, from which the ranges for 8-bit integers are chosen. It takes
 * pictures as any executor does: from a validation, a predictor, or by itself.
 *
 * <p>Threads: one at a time. Ownership: the caller closes it; counts stay.
 */
public final class Calibrator implements Executor {
  private final PlanCompiler compiler;
  private final Map<String, ValueHistogram> histograms = new LinkedHashMap<>();
  private PlanStore.@Nullable Size size;
  private @Nullable PlanContext context;
  private Map<String, Integer> tensors = Map.of();
  private int images;
  private boolean closed;

  private Calibrator(PlanCompiler compiler) {
    this.compiler = compiler;
  }

  /**
   * Creates a calibrator.
   *
   * @param graph a network with a detection head
   * @param state its weights
   * @param threads of every run, 0: every processor
   * @throws UnsupportedOperationException if plans don't know an operation of the graph, or there
   *     are no natives for this platform
   */
  public static Calibrator create(Graph graph, StateDict state, int threads) {
    PlanLibrary.load();
    PlanCompiler compiler =
        new PlanCompiler(graph, state, PlanOptions.defaults().withThreads(threads));
    compiler.check();
    return new Calibrator(compiler);
  }

  /**
   * Returns a calibration on noise, for who measures times, which don't depend on the ranges.
   *
   * @param graph as {@link #create} takes it, and so what follows
   */
  public static Calibration ofNoise(Graph graph, StateDict state, int threads) {
    try (Calibrator calibrator = create(graph, state, threads)) {
      int side = calibrator.head().maxStride();
      calibrator.run(ImageBatch.noise(1, side, side));
      return calibrator.calibration(CalibrationMethod.of(CalibrationMethod.Kind.LARGEST));
    }
  }

  @Override
  public DetectionHead head() {
    return compiler.head();
  }

  @Override
  public String describe() {
    return "calibration of a plan, float32";
  }

  /**
   * Runs a batch and counts the values of its feature maps.
   *
   * @throws IllegalStateException if a feature map holds a value that isn't finite, or this is
   *     closed
   */
  @Override
  public List<RawHead> run(ImageBatch batch) {
    if (closed) {
      throw new IllegalStateException("the calibrator is closed");
    }
    batch.requireMultiplesOf(compiler.head().maxStride());
    PlanContext open = context(new PlanStore.Size(batch.images(), batch.height(), batch.width()));
    List<RawHead> heads = open.run(batch.pixels(), null);
    tensors.forEach(
        (name, tensor) -> {
          ValueHistogram histogram = histograms.computeIfAbsent(name, key -> new ValueHistogram());
          open.read(tensor, histogram::add);
        });
    images += batch.images();
    return heads;
  }

  private PlanContext context(PlanStore.Size wanted) {
    if (context != null && wanted.equals(size)) {
      return context;
    }
    drop();
    PlanGraph graph = compiler.optimized(wanted.images(), wanted.height(), wanted.width());
    try (CompiledPlan plan = compiler.compileKept(graph)) {
      tensors = tensors(graph, plan.layout());
      context = new PlanContext(plan, compiler.head());
    }
    size = wanted;
    return Objects.requireNonNull(context);
  }

  /** Where the values are that a node makes: its last step's, other than copies to slices. */
  private static Map<String, Integer> tensors(PlanGraph graph, PlanLayout layout) {
    Map<String, Integer> tensors = new HashMap<>();
    for (PlanStep step : layout.steps()) {
      PlanNode node = step.node();
      if (step.kind() != StepKind.COPY
          && !NumberTypes.passesOn(node)
          && !(node.op() instanceof PlanOp.Pixels)) {
        tensors.put(graph.name(node), step.y());
      }
    }
    return tensors;
  }

  /** Returns how many pictures were looked at. */
  public int images() {
    return images;
  }

  /** Returns the names of the convolutions that can run on bytes, in execution order. */
  public List<String> convolutions() {
    return NumberTypes.candidates(PlanCompiler.optimized(compiler.graph()));
  }

  /**
   * Returns what was learnt, every convolution on bytes.
   *
   * @throws IllegalStateException if nothing was added
   */
  public Calibration calibration(CalibrationMethod method) {
    if (images == 0) {
      throw new IllegalStateException("a calibration needs at least one picture, got none");
    }
    Map<String, Calibration.Range> ranges = new LinkedHashMap<>();
    histograms.forEach((name, values) -> ranges.put(name, method.range(values)));
    return new Calibration(ranges, Set.of(), method.toString(), images);
  }

  @Override
  public void close() {
    closed = true;
    drop();
  }

  private void drop() {
    if (context != null) {
      context.close();
      context = null;
    }
  }
}
