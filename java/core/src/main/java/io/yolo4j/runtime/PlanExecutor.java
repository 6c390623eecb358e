package io.yolo4j.runtime;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a detection network as compiled plans on oneDNN and yolo4j's kernels, without LibTorch. A
 * plan is made for the first batch of each size and kept; the eight sizes used last stay.
 *
 * <p>Threads and ownership: as {@link Executor} says.
 */
public final class PlanExecutor implements MeasurableExecutor {
  private final PlanStore store;
  private final boolean ownsStore;
  private final PlanOptions options;
  private final Map<PlanStore.Size, PlanContext> contexts =
      new LinkedHashMap<>(PlanStore.KEPT, 0.75f, true);
  private boolean closed;

  private PlanExecutor(PlanStore store, boolean ownsStore, PlanOptions options) {
    this.store = store;
    this.ownsStore = ownsStore;
    this.options = options;
  }

  /**
   * Creates an executor. Nothing is compiled before the first batch.
   *
   * @param graph a network with a detection head
   * @param state its weights; copied
   * @throws IllegalArgumentException if the graph has no head or the weights do not fit
   * @throws UnsupportedOperationException if plans don't know an operation of the graph, or there
   *     are no natives for this platform
   */
  public static PlanExecutor create(Graph graph, StateDict state, PlanOptions options) {
    PlanLibrary.load();
    PlanCompiler compiler = new PlanCompiler(graph, state, options);
    compiler.check();
    return new PlanExecutor(new PlanStore(compiler), true, options);
  }

  /**
   * Returns another executor of the same plans, for another thread: weights are shared, memory to
   * run in isn't. The caller closes it; this one must be closed last.
   *
   * @throws IllegalStateException if this is closed
   */
  public PlanExecutor sharing() {
    requireOpen();
    return new PlanExecutor(store, false, options);
  }

  @Override
  public DetectionHead head() {
    return store.compiler().head();
  }

  @Override
  public Graph graph() {
    return store.compiler().graph();
  }

  @Override
  public List<Integer> doneBy() {
    PlanGraph plan = PlanCompiler.optimized(store.compiler().graph());
    List<Integer> doneBy = new ArrayList<>();
    for (Node node : store.compiler().graph().nodes()) {
      doneBy.add(node.id());
    }
    for (PlanNode node : plan.nodes()) {
      node.work().forEach(id -> doneBy.set(id, node.work().get(0)));
    }
    return doneBy;
  }

  @Override
  public List<StepTypes> types() {
    NumberTypes chosen = store.compiler().types();
    StepTypes[] types =
        StepTypes.all(graph().nodes().size(), chosen.floats()).toArray(StepTypes[]::new);
    for (PlanNode node : chosen.graph().nodes()) {
      StepTypes ofNode =
          chosen.isOfBytes(node)
              ? new StepTypes(ElementType.U8, ElementType.I8, chosen.type(node))
              : new StepTypes(chosen.floats(), chosen.floats(), chosen.type(node));
      node.work().forEach(id -> types[id] = ofNode);
    }
    return List.of(types);
  }

  @Override
  public List<RawHead> run(ImageBatch batch) {
    return measured(batch, null);
  }

  @Override
  public List<RawHead> run(ImageBatch batch, StepListener listener) {
    return measured(batch, listener);
  }

  /** {@inheritDoc} A run is one call of native code, which takes the times. */
  @Override
  public boolean tellsOfStepsAsTheyEnd() {
    return false;
  }

  /**
   * {@inheritDoc} A plan's tensors lie in one arena, so that no step allocates. What is copied into
   * another type or place beside a step's own work is a reorder.
   */
  @Override
  public List<StepMemory> memory(ImageBatch batch) {
    requireOpen();
    Map<Integer, Integer> copies = new TreeMap<>();
    Set<Integer> working = new HashSet<>();
    for (PlanStep step : context(batch).layout().steps()) {
      boolean copy = step.kind() == StepKind.COPY;
      copies.merge(step.standsFor(), copy ? 1 : 0, Integer::sum);
      if (!copy) {
        working.add(step.standsFor());
      }
    }
    List<StepMemory> memory = new ArrayList<>();
    copies.forEach(
        (node, count) ->
            memory.add(new StepMemory(node, 0, 0, working.contains(node) ? count : 0)));
    return memory;
  }

  private List<RawHead> measured(ImageBatch batch, @Nullable StepListener listener) {
    requireOpen();
    return context(batch).run(batch.pixels(), listener);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the executor is closed");
    }
  }

  private PlanContext context(ImageBatch batch) {
    batch.requireMultiplesOf(head().maxStride());
    PlanStore.Size size = new PlanStore.Size(batch.images(), batch.height(), batch.width());
    PlanContext known = contexts.get(size);
    if (known != null) {
      return known;
    }
    if (contexts.size() == PlanStore.KEPT) {
      PlanStore.Size oldest = contexts.keySet().iterator().next();
      Objects.requireNonNull(contexts.remove(oldest)).close();
    }
    PlanContext made = store.context(size);
    contexts.put(size, made);
    return made;
  }

  /**
   * Returns what runs for a picture of a size: each step with its implementation, tensors, bytes
   * and place, and the memory that it takes. Its text is a table.
   */
  public PlanExplanation explain(int images, int height, int width) {
    try (CompiledPlan plan = store.compiler().compile(images, height, width)) {
      return PlanExplanation.of(plan);
    }
  }

  @Override
  public String describe() {
    return "oneDNN %s, cpu, channels last, %s%s, %d threads%s%s"
        .formatted(
            PlanLibrary.oneDnnVersion(),
            options.precision().name().toLowerCase(Locale.ROOT),
            loss(),
            options.threadCount(),
            options.cpus().isEmpty() ? "" : " on processors " + options.cpus(),
            options.leastObjectness().isEmpty()
                ? ""
                : ", class scores where the objectness is above "
                    + (float) options.leastObjectness().getAsDouble());
  }

  /** What bytes cost in accuracy, or that nobody knows; never hidden. */
  private String loss() {
    Calibration calibration = options.calibration();
    if (options.precision() != PlanPrecision.INT8 || calibration == null) {
      return "";
    }
    return calibration.loss().isEmpty()
        ? " (loss of accuracy not measured)"
        : String.format(Locale.ROOT, " (%.4f mAP50-95 lost)", calibration.loss().getAsDouble());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      contexts.values().forEach(PlanContext::close);
      contexts.clear();
      if (ownsStore) {
        store.close();
      }
    }
  }
}
