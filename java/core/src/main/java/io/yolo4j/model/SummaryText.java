package io.yolo4j.model;

import io.yolo4j.graph.ThopCounter;
import io.yolo4j.model.ModuleType.Resolution;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** A summary as text, in our own form or in the column form of the Python reference. */
public enum SummaryText {
  /** Plain module names, and our own count beside the reference's. */
  PLAIN,
  /** As YOLOv5 v6.0 prints it: class paths, depth-scaled repeats. */
  YOLOV5_V6,
  /** As YOLOv5 v5.0 prints it: class paths, 1 for the repeats of a C3, {@code GFLOPS}. */
  YOLOV5_V5;

  private static final int BYTES_PER_FLOAT = 4;

  /** Returns the table of rows and the line of figures. */
  public String text(ModelSummary summary) {
    StringBuilder text = new StringBuilder();
    text.append(
        "\n%18s %2s %9s  %-40s%-30s\n"
            .formatted("from", "n", "params", "module", "arguments")
            .replaceFirst("\n", "\n   "));
    for (ModelRow row : summary.model().rows()) {
      text.append(line(row)).append('\n');
    }
    text.append(figures(summary)).append('\n');
    return this == PLAIN ? text.append(ownCount(summary)).append('\n').toString() : text.toString();
  }

  /** Returns the line of figures alone. */
  public String figures(ModelSummary summary) {
    return "Model Summary: %d layers, %d parameters, %d gradients, %s %s"
        .formatted(
            summary.layers(),
            summary.parameters(),
            summary.gradients(),
            oneDecimal(summary.gigaFlops(ThopCounter.V0_0_31)),
            this == YOLOV5_V5 ? "GFLOPS" : "GFLOPs");
  }

  /** Returns the module's name in this form. */
  public String moduleName(ModelRow row) {
    return this == PLAIN ? row.row().module() : row.type().pythonName();
  }

  /** Returns the repeats in this form. */
  public int repeats(ModelRow row) {
    boolean inner = row.type().resolution() == Resolution.SCALED_WITH_REPEATS;
    return this == YOLOV5_V5 && inner ? 1 : row.repeats();
  }

  private String line(ModelRow row) {
    return "%3d%18s%3d%10d  %-40s%-30s"
        .formatted(
            row.index(),
            row.row().fromText(),
            repeats(row),
            row.parameters(),
            moduleName(row),
            PythonText.list(row.arguments()));
  }

  private static String ownCount(ModelSummary summary) {
    double megabytes = summary.cost().elements() * (double) BYTES_PER_FLOAT / 1e6;
    return String.format(
        Locale.ROOT,
        "Counted at %dx%d, every operation, 2 per multiply-add%s: %.3f GFLOPs, %.1f MB moved in float32, %.1f FLOP/byte",
        summary.height(),
        summary.width(),
        summary.fused() ? ", every batch norm folded" : "",
        summary.cost().flops() / 1e9,
        megabytes,
        summary.cost().flops() / 1e6 / megabytes);
  }

  /** One decimal, half-even on the exact binary value, as Python prints it. */
  static String oneDecimal(double value) {
    return new BigDecimal(value).setScale(1, RoundingMode.HALF_EVEN).toPlainString();
  }
}
