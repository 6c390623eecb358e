package io.yolo4j.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Compiled plans by the size of their batches; those used last stay.
 *
 * <p>Threads: safe; a plan is compiled once, while others that want one wait. Ownership: plans are
 * counted, so one that is dropped lives on while a context runs it.
 */
final class PlanStore implements AutoCloseable {
  /** How many plans stay. */
  static final int KEPT = 8;

  /** What a plan is compiled for. */
  record Size(int images, int height, int width) {}

  private final PlanCompiler compiler;
  private final Map<Size, CompiledPlan> plans = new LinkedHashMap<>(KEPT, 0.75f, true);

  PlanStore(PlanCompiler compiler) {
    this.compiler = compiler;
  }

  PlanCompiler compiler() {
    return compiler;
  }

  /** Returns a context of a plan, which is compiled if it isn't there; the caller closes it. */
  synchronized PlanContext context(Size size) {
    CompiledPlan plan = plans.get(size);
    if (plan == null) {
      if (plans.size() == KEPT) {
        Size oldest = plans.keySet().iterator().next();
        Objects.requireNonNull(plans.remove(oldest)).close();
      }
      plan = compiler.compile(size.images(), size.height(), size.width());
      plans.put(size, plan);
    }
    return new PlanContext(plan, compiler.head());
  }

  @Override
  public synchronized void close() {
    plans.values().forEach(CompiledPlan::close);
    plans.clear();
  }
}
