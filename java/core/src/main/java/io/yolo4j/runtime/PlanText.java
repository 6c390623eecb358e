package io.yolo4j.runtime;

import io.yolo4j.graph.Add;
import io.yolo4j.graph.Shape;
import java.util.List;
import java.util.Locale;

/** A compiled plan for people. */
final class PlanText {
  private static final double MEGABYTE = 1e6;

  private PlanText() {}

  static String of(CompiledPlan plan) {
    PlanLayout layout = plan.layout();
    StringBuilder text = new StringBuilder();
    text.append(
        line("step", "does", "reads", "writes", "type", "MB moved", "runs on")
            + System.lineSeparator());
    for (int i = 0; i < layout.steps().size(); i++) {
      text.append(step(plan, i)).append(System.lineSeparator());
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%d steps, %d threads; weights %.1f MB; arena %.1f MB for tensors of %.1f MB; %.1f MB a context%n",
                layout.steps().size(),
                plan.threads(),
                plan.weightBytes() / MEGABYTE,
                layout.arenaBytes() / MEGABYTE,
                layout.bufferBytes() / MEGABYTE,
                plan.contextBytes() / MEGABYTE))
        .toString();
  }

  private static String step(CompiledPlan plan, int index) {
    PlanLayout layout = plan.layout();
    PlanStep step = layout.steps().get(index);
    PlanTensor y = layout.tensors().get(step.y());
    long bytes = y.bytes();
    StringBuilder reads = new StringBuilder();
    for (int id : new int[] {step.x(), step.second()}) {
      if (id != PlanStep.NONE) {
        PlanTensor tensor = layout.tensors().get(id);
        bytes += tensor.bytes();
        reads.append(reads.isEmpty() ? "" : " + ").append(place(tensor));
      }
    }
    boolean computes =
        (step.kind() != StepKind.COPY && step.kind() != StepKind.ADD) || isSum(step.node());
    return line(
        String.valueOf(index),
        step.node().path() + " " + (computes ? step.node().op().text() : step.kind().toString()),
        reads.toString(),
        place(y) + " " + nhwc(y.shape()),
        y.type().nativeName(),
        String.format(Locale.ROOT, "%.2f", bytes / MEGABYTE),
        plan.describe(index));
  }

  private static boolean isSum(PlanNode node) {
    return node.op() instanceof PlanOp.Plain plain && plain.op() instanceof Add;
  }

  /** A buffer, and which of its channels where it isn't whole. */
  private static String place(PlanTensor tensor) {
    return tensor.isDense()
        ? "b" + tensor.buffer()
        : "b%d[%d:%d]"
            .formatted(tensor.buffer(), tensor.first(), tensor.first() + tensor.channels());
  }

  private static String nhwc(Shape shape) {
    return Shape.of(shape.dim(0), shape.dim(2), shape.dim(3), shape.dim(1)).toString();
  }

  private static String line(String... cells) {
    List<Integer> widths = List.of(4, 58, 22, 32, 4, 8, 0);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      line.append(String.format("%-" + Math.max(1, widths.get(i)) + "s  ", cells[i]));
    }
    return line.toString().stripTrailing();
  }
}
