package io.yolo4j.cli;

import io.yolo4j.eval.DetectionAgreement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What can be told of the accuracy of 8-bit integers without labels. */
record AgreementText(DetectionAgreement agreement) {
  private static final int PERCENT = 100;

  void print(TableOutput output) {
    switch (output.format()) {
      case JSON -> output.printJson(json());
      case CSV -> table().printCsv(output.out());
      case TABLE -> table().print(output.out());
    }
    output.err().println("yolo4j: " + sentence());
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pictures", agreement.pictures());
    json.put("boxes_of_fp32", agreement.expected());
    json.put("found_again_by_int8", agreement.found());
    json.put("only_in_int8", agreement.others());
    json.put("share_found_again", agreement.expected() == 0 ? null : agreement.share());
    json.put("loss_of_map50_95", null);
    return json;
  }

  private Table table() {
    Table table =
        new Table(
            List.of(
                "pictures",
                "boxes of fp32",
                "found again by int8",
                "only in int8",
                "loss of mAP50-95"));
    table.row(
        List.of(
            String.valueOf(agreement.pictures()),
            String.valueOf(agreement.expected()),
            String.valueOf(agreement.found()),
            String.valueOf(agreement.others()),
            "not measured"));
    return table;
  }

  private String sentence() {
    String unknown = "without labels the loss of mAP50-95 can't be measured; ";
    if (agreement.expected() == 0) {
      return unknown + "and fp32 finds no box on these pictures that int8 could find again";
    }
    return unknown
        + String.format(
            Locale.ROOT,
            "int8 finds %.1f %% of the boxes again that fp32 finds on these pictures (class and IoU of at least 0.5)",
            PERCENT * agreement.share());
  }
}
