package io.yolo4j.runtime;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a detection network as compiled plans on oneDNN and yolo4j's kernels, without LibTorch. A
 * plan is made for the first batch of each size and kept; the eight sizes used last stay.
 *
 * <p>Threads and ownership: as {@link Executor} says.
 */
public final class PlanExecutor implements MeasurableExecutor {
  private static final int KEPT = 8;

  private final PlanCompiler compiler;
  private final PlanOptions options;
  private final Map<Size, Compiled> plans = new LinkedHashMap<>(KEPT, 0.75f, true);
  private boolean closed;

  private record Size(int images, int height, int width) {}

  private record Compiled(CompiledPlan plan, PlanContext context) implements AutoCloseable {
    @Override
    public void close() {
      context.close();
      plan.close();
    }
  }

  private PlanExecutor(PlanCompiler compiler, PlanOptions options) {
    this.compiler = compiler;
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
    PlanCompiler.optimized(compiler.graph());
    return new PlanExecutor(compiler, options);
  }

  @Override
  public DetectionHead head() {
    return compiler.head();
  }

  @Override
  public Graph graph() {
    return compiler.graph();
  }

  @Override
  public List<Integer> doneBy() {
    PlanGraph plan = PlanCompiler.optimized(compiler.graph());
    List<Integer> doneBy = new ArrayList<>();
    for (Node node : compiler.graph().nodes()) {
      doneBy.add(node.id());
    }
    for (PlanNode node : plan.nodes()) {
      node.work().forEach(id -> doneBy.set(id, node.work().get(0)));
    }
    return doneBy;
  }

  @Override
  public List<RawHead> run(ImageBatch batch) {
    return measured(batch, null);
  }

  @Override
  public List<RawHead> run(ImageBatch batch, StepListener listener) {
    return measured(batch, listener);
  }

  private List<RawHead> measured(ImageBatch batch, @Nullable StepListener listener) {
    if (closed) {
      throw new IllegalStateException("the executor is closed");
    }
    return compiled(batch).context().run(batch.pixels(), listener);
  }

  private Compiled compiled(ImageBatch batch) {
    int stride = head().maxStride();
    if (batch.height() % stride != 0 || batch.width() % stride != 0) {
      throw new IllegalArgumentException(
          "height and width of a batch must be multiples of the largest stride %d, got %dx%d"
              .formatted(stride, batch.height(), batch.width()));
    }
    Size size = new Size(batch.images(), batch.height(), batch.width());
    Compiled known = plans.get(size);
    if (known != null) {
      return known;
    }
    if (plans.size() == KEPT) {
      Size oldest = plans.keySet().iterator().next();
      Objects.requireNonNull(plans.remove(oldest)).close();
    }
    CompiledPlan plan = compiler.compile(size.images(), size.height(), size.width());
    Compiled made;
    try {
      made = new Compiled(plan, new PlanContext(plan, head()));
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
    plans.put(size, made);
    return made;
  }

  /**
   * Returns what runs for a picture of a size: each step with its implementation, tensors, bytes
   * and place, and the memory that it takes.
   */
  public String explain(int images, int height, int width) {
    try (CompiledPlan plan = compiler.compile(images, height, width)) {
      return PlanText.of(plan);
    }
  }

  @Override
  public String describe() {
    return "oneDNN %s, cpu, channels last, %s, %d threads"
        .formatted(
            PlanLibrary.oneDnnVersion(),
            options.precision().name().toLowerCase(Locale.ROOT),
            options.threadCount());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      plans.values().forEach(Compiled::close);
      plans.clear();
    }
  }
}
