package io.yolo4j.profile;

import io.yolo4j.graph.Shape;
import java.util.Locale;

/** A {@link TorchinfoTable} as text in torchinfo's form: a tree of calls, then the totals. */
public final class TorchinfoText {
  private static final String LINE = "%-50s %-22s %-22s %14s %16s\n";
  private static final String NOTHING = "--";

  private TorchinfoText() {}

  /** Returns the table and the totals, a line each. */
  public static String of(TorchinfoTable table) {
    StringBuilder text = new StringBuilder();
    text.append(
        LINE.formatted(
            "Layer (type:depth-idx)", "Input Shape", "Output Shape", "Param #", "Mult-Adds"));
    table.rows().forEach(row -> text.append(line(row)));
    text.append('\n');
    table.printedTotals().forEach(total -> text.append(total).append('\n'));
    return text.toString();
  }

  private static String line(TorchinfoRow row) {
    return LINE.formatted(
        name(row),
        row.input().map(Shape::toString).orElse(NOTHING),
        row.output().map(Shape::toString).orElse(NOTHING),
        parameters(row),
        row.multiplyAdds().orElse(0) == 0 ? NOTHING : grouped(row.multiplyAdds().getAsLong()));
  }

  private static String name(TorchinfoRow row) {
    String indent = row.depth() == 0 ? "" : "│    ".repeat(row.depth() - 1) + "├─";
    String type = "%s (%s)".formatted(row.type(), row.name());
    return "%s%s: %d-%d".formatted(indent, type, row.depth(), row.index());
  }

  /** Of leaves, which are the ones that count; each once. */
  private static String parameters(TorchinfoRow row) {
    if (row.recursive()) {
      return "(recursive)";
    }
    return row.leaf() && row.parameters() > 0 ? grouped(row.parameters()) : NOTHING;
  }

  private static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
