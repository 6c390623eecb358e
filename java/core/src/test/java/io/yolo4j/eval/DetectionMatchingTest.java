package io.yolo4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.detect.Detection;
import io.yolo4j.image.Box;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionMatchingTest {
  @Test
  void thresholds_fixture_matches() {
    JsonNode expected = Shared.json("metrics/metrics.json").get("iou_thresholds_float32");
    for (int i = 0; i < IouThresholds.COUNT; i++) {
      assertThat((double) IouThresholds.at(i)).isEqualTo(expected.get(i).asDouble());
    }
  }

  @Test
  void match_fixtures_matches() {
    for (JsonNode c : cases()) {
      List<ScoredDetection> scored = DetectionMatching.match(detections(c), truths(c));
      for (int d = 0; d < scored.size(); d++) {
        for (int t = 0; t < IouThresholds.COUNT; t++) {
          assertThat(scored.get(d).correctAt(t))
              .as("%s, detection %d, threshold %d", c.get("name").asText(), d, t)
              .isEqualTo(c.get("correct").get(d).get(t).asInt() == 1);
        }
      }
    }
  }

  @Test
  void iou_fixtures_matches() {
    for (JsonNode c : cases()) {
      List<Detection> detections = detections(c);
      List<GroundTruth> truths = truths(c);
      for (int t = 0; t < truths.size(); t++) {
        for (int d = 0; d < detections.size(); d++) {
          assertThat((double) truths.get(t).box().iou(detections.get(d).box()))
              .isEqualTo(c.get("iou_labels_x_detections").get(t).get(d).asDouble());
        }
      }
    }
  }

  @Test
  void confusion_fixtures_compatibleModeMatches() {
    for (JsonNode c : cases()) {
      ConfusionMatrix matrix = new ConfusionMatrix(3, ConfusionMatrix.Mode.COMPATIBLE);
      matrix.add(detections(c), truths(c));
      JsonNode expected = c.get("confusion_matrix_nc3_conf025_iou045");
      for (int row = 0; row <= 3; row++) {
        for (int column = 0; column <= 3; column++) {
          assertThat((double) matrix.at(row, column))
              .as("%s [%d, %d]", c.get("name").asText(), row, column)
              .isEqualTo(expected.get(row).get(column).asDouble());
        }
      }
    }
  }

  @Test
  void confusion_noMatchAtAll_exactModeCountsTheFalsePositives() {
    List<Detection> detections =
        List.of(
            new Detection(0, null, 0.9f, new Box(100, 100, 120, 120)),
            new Detection(1, null, 0.8f, new Box(130, 100, 150, 120)));
    List<GroundTruth> truths = List.of(new GroundTruth(0, new Box(10, 10, 50, 50)));
    ConfusionMatrix exact = new ConfusionMatrix(3, ConfusionMatrix.Mode.EXACT);
    exact.add(detections, truths);
    exact.add(detections, List.of());
    exact.add(List.of(), truths);
    assertThat(exact.at(0, 3)).isEqualTo(2);
    assertThat(exact.at(1, 3)).isEqualTo(2);
    assertThat(exact.at(3, 0)).isEqualTo(2);
    assertThat(exact.total()).isEqualTo(6);
    ConfusionMatrix compatible = new ConfusionMatrix(3, ConfusionMatrix.Mode.COMPATIBLE);
    compatible.add(detections, truths);
    compatible.add(detections, List.of());
    compatible.add(List.of(), truths);
    assertThat(compatible.total()).isEqualTo(1);
  }

  @Test
  void confusion_unknownClass_throwsAndCountsNothing() {
    ConfusionMatrix matrix = new ConfusionMatrix(2, ConfusionMatrix.Mode.EXACT);
    List<GroundTruth> truths =
        List.of(new GroundTruth(0, new Box(0, 0, 1, 1)), new GroundTruth(2, new Box(0, 0, 1, 1)));
    assertThatThrownBy(() -> matrix.add(List.of(), truths))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class ids must be below 2, got 2");
    assertThat(matrix.total()).isZero();
  }

  private static JsonNode cases() {
    return Shared.json("metrics/metrics.json").get("process_batch").get("cases");
  }

  private static List<Detection> detections(JsonNode c) {
    List<Detection> detections = new ArrayList<>();
    for (JsonNode row : c.get("detections_xyxy_conf_cls")) {
      detections.add(
          new Detection(row.get(5).asInt(), null, (float) row.get(4).asDouble(), box(row, 0)));
    }
    return detections;
  }

  private static List<GroundTruth> truths(JsonNode c) {
    List<GroundTruth> truths = new ArrayList<>();
    for (JsonNode row : c.get("labels_cls_xyxy")) {
      truths.add(new GroundTruth(row.get(0).asInt(), box(row, 1)));
    }
    return truths;
  }

  private static Box box(JsonNode row, int from) {
    return new Box(
        (float) row.get(from).asDouble(),
        (float) row.get(from + 1).asDouble(),
        (float) row.get(from + 2).asDouble(),
        (float) row.get(from + 3).asDouble());
  }
}
