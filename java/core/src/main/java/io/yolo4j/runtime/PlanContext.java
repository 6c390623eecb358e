package io.yolo4j.runtime;

import io.yolo4j.bindings.global.Yolo4jPlan;
import io.yolo4j.bindings.plan.NativeContext;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Shape;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Memory for one run at a time of a plan, and the views of its raw heads. Running allocates nothing
 * but the view of the batch's buffer.
 *
 * <p>Threads: one at a time. Ownership: holds the plan until it is closed.
 */
final class PlanContext implements AutoCloseable {
  private final CompiledPlan plan;
  private final NativeContext context = new NativeContext();
  private final List<RawHead> heads;
  private final LongPointer times;
  private boolean closed;

  PlanContext(CompiledPlan plan, DetectionHead head) {
    PlanLibrary.check(
        "yolo4j_plan_context_create", Yolo4jPlan.yolo4j_plan_context_create(plan.open(), context));
    this.plan = plan.held();
    times = new LongPointer(2L * plan.layout().steps().size());
    List<RawHead> made = new ArrayList<>();
    for (int level = 0; level < head.levels().size(); level++) {
      made.add(rawHead(plan.layout().outputs().get(level), head, level));
    }
    heads = List.copyOf(made);
  }

  PlanLayout layout() {
    return plan.layout();
  }

  private RawHead rawHead(PlanLayout.Output output, DetectionHead head, int level) {
    Shape shape = plan.layout().tensors().get(output.values()).shape();
    PlanLayout.Classes classes = output.classes();
    return new RawHead(
        floats(output.values()),
        shape.dim(0),
        head.levels().get(level).anchors().size(),
        shape.dim(2),
        shape.dim(3),
        head.outputs(),
        RawHead.Layout.PIXELS_FIRST,
        classes == null
            ? null
            : new RawHead.ClassLogits(floats(classes.tensor()), classes.leastObjectness()));
  }

  /** Runs all steps; the heads are valid until the next run or the close. */
  List<RawHead> run(ByteBuffer pixels, @Nullable StepListener listener) {
    if (closed) {
      throw new IllegalStateException("the plan's context is closed");
    }
    ByteBuffer whole = pixels.duplicate().order(ByteOrder.nativeOrder());
    whole.clear();
    try {
      PlanLibrary.check(
          "yolo4j_plan_run",
          Yolo4jPlan.yolo4j_plan_run(
              context, new BytePointer(whole), listener == null ? null : times));
    } finally {
      Reference.reachabilityFence(pixels);
    }
    if (listener != null) {
      tell(listener);
    }
    return heads;
  }

  /** Gives a float32 tensor's values of the last run: all, or where they stand apart by pixels. */
  void read(int tensor, Consumer<FloatBuffer> runs) {
    PlanTensor described = plan.layout().tensors().get(tensor);
    Shape shape = described.shape();
    int stride = described.pixelStride();
    int count = shape.dim(0) * shape.dim(2) * shape.dim(3);
    FloatBuffer values = floats(tensor, (long) (count - 1) * stride + shape.dim(1));
    if (described.isDense()) {
      runs.accept(values);
      return;
    }
    for (int pixel = 0; pixel < count; pixel++) {
      runs.accept(values.slice(pixel * stride, shape.dim(1)));
    }
  }

  /** All of a dense one. */
  private FloatBuffer floats(int tensor) {
    return floats(tensor, plan.layout().tensors().get(tensor).shape().elements());
  }

  private FloatBuffer floats(int tensor, long count) {
    try (PointerPointer<Pointer> data = new PointerPointer<>(1)) {
      PlanLibrary.check(
          "yolo4j_plan_tensor_data", Yolo4jPlan.yolo4j_plan_tensor_data(context, tensor, data));
      return new FloatPointer(data.get(Pointer.class, 0)).capacity(count).asBuffer();
    }
  }

  private void tell(StepListener listener) {
    List<PlanStep> steps = plan.layout().steps();
    for (int i = 0; i < steps.size(); i++) {
      listener.ran(steps.get(i).standsFor(), times.get(2L * i), times.get(2L * i + 1));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Yolo4jPlan.yolo4j_plan_context_destroy(context);
      times.close();
      plan.close();
    }
  }
}
