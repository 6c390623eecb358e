package io.yolo4j.runtime;

import io.yolo4j.graph.Add;
import io.yolo4j.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a compiled plan does for a picture of a size, in the order in which it runs.
 *
 * @param steps what runs
 * @param threads that share each step
 * @param weightBytes packed weights, held once
 * @param arenaBytes memory of all feature maps, those that don't live at the same time over each
 *     other
 * @param tensorBytes what feature maps would take side by side
 * @param contextBytes what each picture that runs at the same time takes, the arena within
 */
public record PlanExplanation(
    List<Row> steps,
    int threads,
    long weightBytes,
    long arenaBytes,
    long tensorBytes,
    long contextBytes) {
  private static final double MEGABYTE = 1e6;
  private static final List<Integer> WIDTHS = List.of(4, 58, 22, 32, 4, 8, 0);

  /**
   * A step.
   *
   * @param path of the module whose work it is
   * @param does the operation
   * @param reads buffers, and which of their channels where a tensor is a part of one
   * @param writes buffer, as {@code reads}
   * @param shape of what is written, NHWC
   * @param type of what is written
   * @param bytes read and written, weights left out; of class scores what is read in any case, the
   *     rest depends on the picture
   * @param runsOn library and implementation, and of oneDNN's how it laid the weights out: its name
   *     of the layout, or "packed" where it doesn't tell
   */
  public record Row(
      String path,
      String does,
      List<String> reads,
      String writes,
      Shape shape,
      String type,
      long bytes,
      String runsOn) {
    /** Copies the list. */
    public Row {
      reads = List.copyOf(reads);
    }
  }

  /** Copies the list. */
  public PlanExplanation {
    steps = List.copyOf(steps);
  }

  static PlanExplanation of(CompiledPlan plan) {
    PlanLayout layout = plan.layout();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < layout.steps().size(); i++) {
      rows.add(row(plan, i));
    }
    return new PlanExplanation(
        rows,
        plan.threads(),
        plan.weightBytes(),
        layout.arenaBytes(),
        layout.bufferBytes(),
        plan.contextBytes());
  }

  private static Row row(CompiledPlan plan, int index) {
    PlanLayout layout = plan.layout();
    PlanStep step = layout.steps().get(index);
    PlanTensor y = layout.tensors().get(step.y());
    long bytes = step.kind() == StepKind.CLASS_SCORES ? 0 : y.bytes();
    List<String> reads = new ArrayList<>();
    for (int id : new int[] {step.x(), step.second()}) {
      if (id != PlanStep.NONE) {
        PlanTensor tensor = layout.tensors().get(id);
        bytes += step.kind() == StepKind.CLASS_SCORES && id == step.x() ? 0 : tensor.bytes();
        reads.add(place(tensor));
      }
    }
    boolean computes =
        (step.kind() != StepKind.COPY && step.kind() != StepKind.ADD) || isSum(step.node());
    return new Row(
        step.node().path(),
        computes ? step.node().op().text() : step.kind().toString(),
        reads,
        place(y),
        nhwc(y.shape()),
        y.type().nativeName(),
        bytes,
        plan.describe(index));
  }

  private static boolean isSum(PlanNode node) {
    return node.op() instanceof PlanOp.Plain plain && plain.op() instanceof Add;
  }

  private static String place(PlanTensor tensor) {
    return tensor.isDense()
        ? "b" + tensor.buffer()
        : "b%d[%d:%d]"
            .formatted(tensor.buffer(), tensor.first(), tensor.first() + tensor.channels());
  }

  private static Shape nhwc(Shape shape) {
    return Shape.of(shape.dim(0), shape.dim(2), shape.dim(3), shape.dim(1));
  }

  /** Returns a table with a line a step, and a line of sums. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(line("step", "does", "reads", "writes", "type", "MB moved", "runs on"));
    for (int i = 0; i < steps.size(); i++) {
      Row row = steps.get(i);
      text.append(
          line(
              String.valueOf(i),
              row.path() + " " + row.does(),
              String.join(" + ", row.reads()),
              row.writes() + " " + row.shape(),
              row.type(),
              megabytes("%.2f", row.bytes()),
              row.runsOn()));
    }
    return text.append(
            "%d steps, %d threads; weights %s MB; arena %s MB for tensors of %s MB; %s MB a context%n"
                .formatted(
                    steps.size(),
                    threads,
                    megabytes("%.1f", weightBytes),
                    megabytes("%.1f", arenaBytes),
                    megabytes("%.1f", tensorBytes),
                    megabytes("%.1f", contextBytes)))
        .toString();
  }

  private static String megabytes(String format, long bytes) {
    return String.format(Locale.ROOT, format, bytes / MEGABYTE);
  }

  private static String line(String... cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      line.append(String.format("%-" + Math.max(1, WIDTHS.get(i)) + "s  ", cells[i]));
    }
    return line.toString().stripTrailing() + System.lineSeparator();
  }
}
