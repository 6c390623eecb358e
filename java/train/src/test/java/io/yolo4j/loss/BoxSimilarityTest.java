package io.yolo4j.loss;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reference's tables of similarities, ordinary and degenerate boxes, with gradients. */
class BoxSimilarityTest {
  private static final Map<BoxLoss, String> NAMES =
      Map.of(BoxLoss.IOU, "IoU", BoxLoss.GIOU, "GIoU", BoxLoss.DIOU, "DIoU", BoxLoss.CIOU, "CIoU");

  @Test
  void ofCorners_theReferencePairs_givesItsValues() {
    JsonNode pairs = Shared.json("loss/iou_tables.json").get("pairs_xyxy");
    assertThat(pairs.size()).isEqualTo(19);
    for (JsonNode pair : pairs) {
      NAMES.forEach(
          (kind, name) -> {
            float value =
                BoxSimilarity.ofCorners(
                        kind, floats(pair.get("box1_xyxy")), floats(pair.get("box2_xyxy")))
                    .value();
            double[] expected = {pair.get(name).asDouble()};
            assertClose(
                pair.get("name").asText() + " " + name, new float[] {value}, expected, 1e-5, 1e-6);
          });
    }
  }

  @Test
  void of_theReferencePairs_givesItsValuesAndGradients() {
    JsonNode pairs = Shared.json("loss/iou_tables.json").get("pairs_xywh_with_gradients");
    assertThat(pairs.size()).isEqualTo(12);
    for (JsonNode pair : pairs) {
      NAMES.forEach(
          (kind, name) -> {
            BoxSimilarity similarity =
                BoxSimilarity.of(kind, box(pair.get("pred_xywh")), box(pair.get("target_xywh")));
            float[] actual = {
              similarity.value(),
              similarity.dx(),
              similarity.dy(),
              similarity.dWidth(),
              similarity.dHeight()
            };
            double[] expected = new double[5];
            expected[0] = pair.get(name).asDouble();
            for (int i = 0; i < 4; i++) {
              expected[i + 1] = pair.get("d" + name + "_dpred").get(i).asDouble();
            }
            assertClose(name, actual, expected, 1e-4, 1e-6);
          });
    }
  }

  @Test
  void of_identicalBoxes_sharesTheGradientOfEqualEdges() {
    CenterBox box = new CenterBox(3, 4, 2, 1);
    BoxSimilarity similarity = BoxSimilarity.of(BoxLoss.CIOU, box, box);
    assertThat(similarity.value()).isCloseTo(1, within(1e-6f));
    assertThat(similarity.dx()).isZero();
    assertThat(similarity.dy()).isZero();
  }

  @Test
  void of_notANumber_staysNotANumber() {
    CenterBox box = new CenterBox(3, 4, 2, 1);
    for (BoxLoss kind : BoxLoss.values()) {
      CenterBox bad = new CenterBox(Float.NaN, 4, 2, 1);
      assertThat(BoxSimilarity.of(kind, bad, box).value()).isNaN();
    }
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  private static CenterBox box(JsonNode array) {
    float[] v = floats(array);
    return new CenterBox(v[0], v[1], v[2], v[3]);
  }
}
