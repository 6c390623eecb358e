package io.yolo4j.cli;

import io.yolo4j.eval.ValidationResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way to run a network, measured.
 *
 * @param precision fp32 or int8
 * @param inFloat how many convolutions stayed in a float type
 * @param result on labelled pictures
 */
record QuantizeRow(String precision, int inFloat, ValidationResult result) {
  /** Prints all that were tried, fp32 first. */
  static void print(List<QuantizeRow> rows, int convolutions, TableOutput output) {
    if (output.format() == TableOutput.Format.JSON) {
      output.printJson(
          rows.stream()
              .map(
                  row ->
                      Map.of(
                          "precision", row.precision(),
                          "convolutions", convolutions,
                          "inFloat", row.inFloat(),
                          "map50", row.result().map50(),
                          "map50To95", row.result().map50To95()))
              .toList());
      return;
    }
    Table table =
        new Table(List.of("precision", "in float", "mAP50", "mAP50-95", "loss of mAP50-95"));
    for (QuantizeRow row : rows) {
      double loss = rows.get(0).result().map50To95() - row.result().map50To95();
      table.row(
          List.of(
              row.precision(),
              row.precision().equals("int8") ? row.inFloat() + " of " + convolutions : "",
              String.format(Locale.ROOT, "%.4f", row.result().map50()),
              String.format(Locale.ROOT, "%.4f", row.result().map50To95()),
              String.format(Locale.ROOT, "%.4f", loss)));
    }
    if (output.format() == TableOutput.Format.CSV) {
      table.printCsv(output.out());
    } else {
      table.print(output.out());
    }
  }
}
