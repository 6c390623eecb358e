package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The confusion matrix of genuine weights on coco128 at 320, in the compatible mode, against the
 * reference's.
 */
class RealConfusionTest {
  @Test
  void val_compatible_givesTheReferencesMatrix() throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of(),
            "val",
            "--weights",
            Shared.path("weights/yolov5n-coco-v6.0.pt").toString(),
            "--data",
            Shared.path("data/coco128/coco128.yaml").toString(),
            "--imgsz=320",
            "--compatible",
            "--confusion",
            "--format=json");
    assertThat(code).as(err.toString()).isZero();
    JsonNode actual = new ObjectMapper().readTree(out.toString()).get("confusion_matrix");
    long[][] expected = new long[81][81];
    for (JsonNode cell :
        Shared.json("metrics/metrics.json").get("confusion_matrix_coco128_320").get("nonzero")) {
      expected[cell.get(0).asInt()][cell.get(1).asInt()] = cell.get(2).asLong();
    }
    long total = 0;
    long difference = 0;
    for (int predicted = 0; predicted <= 80; predicted++) {
      for (int truth = 0; truth <= 80; truth++) {
        total += expected[predicted][truth];
        difference +=
            Math.abs(expected[predicted][truth] - actual.get(predicted).get(truth).asLong());
      }
    }
    assertThat(total).isEqualTo(1072);
    // One detection that changes its class moves four counts: area resizing differs in one byte of
    // 2,000.
    assertThat(difference).isLessThanOrEqualTo(8);
  }
}
