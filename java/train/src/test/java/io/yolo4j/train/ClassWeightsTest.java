package io.yolo4j.train;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import io.yolo4j.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {
  @Test
  void weights_ofDataset_areTheReferences() {
    JsonNode expected = Shared.json("training.json").get("class_weights");
    List<Sample> samples = new ArrayList<>();
    for (JsonNode image : expected.get("classes_per_image")) {
      List<Label> labels = new ArrayList<>();
      image.forEach(id -> labels.add(new Label(id.asInt(), new NormalizedBox(0.5, 0.5, 0.1, 0.1))));
      samples.add(new Sample(Path.of("picture.jpg"), new ImageSize(10, 10), labels));
    }
    assertThat(expected.get("nc").asInt()).isEqualTo(4);
    Dataset dataset = new Dataset("set", List.of("a", "b", "c", "d"), samples, List.of());
    ClassWeights weights = ClassWeights.of(dataset);
    assertValues("class weights", weights.weights(), expected.get("class_weights"));
    assertValues("picture weights", weights.pictures(samples), expected.get("image_weights"));
  }

  @Test
  void ofCounts_steelDefects_areTheReferences() {
    JsonNode splits = Shared.json("val.json").get("neu_det").get("splits");
    for (String split : List.of("train", "val", "all")) {
      List<Integer> counts = new ArrayList<>();
      splits.get(split).get("boxes_per_class").forEach(count -> counts.add(count.asInt()));
      assertValues(
          split, ClassWeights.ofCounts(counts).weights(), splits.get(split).get("class_weights"));
    }
  }

  @Test
  void after_validation_lowersWhatIsKnown() {
    ClassWeights weights = new ClassWeights(List.of(0.5, 0.5)).after(List.of(0.8, 0.0));
    assertClose("weights", array(weights.weights()), new double[] {0.02, 0.5}, 1e-12, 0);
    assertThatThrownBy(() -> weights.after(List.of(0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be one average precision per class (2), got 1");
  }

  @Test
  void order_followsTheWeights() {
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      weights.add(i % 4 == 0 ? 0.0 : i % 4);
    }
    int[] drawn = new int[4];
    for (int picture : ClassWeights.order(weights, 1, 0)) {
      drawn[picture % 4]++;
    }
    assertThat(drawn[0]).isZero();
    // Shares 1/6, 2/6, 3/6 of 4000 draws; the standard deviation is about 30.
    assertThat(drawn[1]).isBetween(550, 780);
    assertThat(drawn[2]).isBetween(1210, 1460);
    assertThat(drawn[3]).isBetween(1870, 2130);
  }

  @Test
  void order_sameSeedAndEpoch_isTheSame() {
    List<Double> weights = List.of(0.3, 0.1, 0.7, 0.2, 0.5, 0.9, 0.4, 0.8);
    assertThat(ClassWeights.order(weights, 5, 2)).isEqualTo(ClassWeights.order(weights, 5, 2));
    assertThat(ClassWeights.order(weights, 5, 2)).isNotEqualTo(ClassWeights.order(weights, 5, 3));
    assertThat(ClassWeights.order(weights, 5, 2)).isNotEqualTo(ClassWeights.order(weights, 6, 2));
  }

  @Test
  void order_noWeightAnywhere_drawsAllAlike() {
    int[] order = ClassWeights.order(List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 3, 0);
    assertThat(Arrays.stream(order).distinct().count()).isGreaterThan(3);
    assertThat(ClassWeights.order(List.of(), 3, 0)).isEmpty();
  }

  @Test
  void weights_negativeOrNone_areRefused() {
    assertThatThrownBy(() -> new ClassWeights(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class weights need at least one class");
    assertThatThrownBy(() -> new ClassWeights(List.of(1.0, -0.5)))
        .hasMessage("class weights must be finite and not negative, got -0.5");
    assertThatThrownBy(() -> ClassWeights.order(List.of(Double.NaN), 0, 0))
        .hasMessage("picture weights must be finite and not negative, got NaN");
  }

  private static void assertValues(String what, List<Double> actual, JsonNode expected) {
    double[] values = new double[expected.size()];
    Arrays.setAll(values, i -> expected.get(i).asDouble());
    assertClose(what, array(actual), values, 1e-9, 1e-12);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
