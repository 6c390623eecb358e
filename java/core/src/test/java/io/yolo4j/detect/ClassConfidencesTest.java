package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.image.Pictures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A network that finds class 0 with 0.5 and class 1 with 0.3, apart from each other. */
final class ClassConfidencesTest {
  private static final PredictorOptions OPTIONS = PredictorOptions.defaults().withImageSize(64);

  private static List<Integer> classes(PredictorOptions options) {
    FakeExecutor executor =
        new FakeExecutor(
            FakeExecutor.head(2),
            (batch, heads) -> {
              FakeExecutor.put(heads.get(0), 0, 1, 1, 0);
              heads.get(0).values().put((1 * 8 + 1) * 7 + 5, 0);
              FakeExecutor.put(heads.get(0), 0, 6, 6, 1);
              heads.get(0).values().put((6 * 8 + 6) * 7 + 6, (float) Math.log(0.3 / 0.7));
            });
    return new Predictor(executor, List.of(), options)
        .predict(Pictures.plain(64, 64, 0)).detections().stream().map(Detection::classId).toList();
  }

  @Test
  void predict_ownConfidences_goBeforeTheGeneralOne() {
    assertThat(classes(OPTIONS)).containsExactly(0, 1);
    assertThat(classes(OPTIONS.withConfidence(0.4f))).containsExactly(0);
    assertThat(classes(OPTIONS.withClassConfidences(Map.of(0, 0.6f)))).containsExactly(1);
    assertThat(classes(OPTIONS.withConfidence(0.4f).withClassConfidences(Map.of(1, 0.2f))))
        .containsExactly(0, 1);
    // In either order of the calls.
    assertThat(classes(OPTIONS.withClassConfidences(Map.of(1, 0.2f, 0, 0.6f)).withConfidence(0.9f)))
        .containsExactly(1);
  }

  @Test
  void options_wrongClassOrValue_areRefused() {
    assertThatThrownBy(() -> classes(OPTIONS.withClassConfidences(Map.of(2, 0.5f))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "confidences must be of class ids below 2, the network's number of classes, got class 2");
    assertThatThrownBy(() -> OPTIONS.withClassConfidences(Map.of(1, 1.5f)))
        .hasMessage(
            "the confidence of a class must lie in 0 to 1 and its id must not be negative, got 1.5 for class 1");
  }

  @Test
  void thresholds_storedAndRead_areTheSame() {
    PredictorOptions options =
        PredictorOptions.defaults()
            .withConfidence(0.4f)
            .withClassConfidences(Map.of(3, 0.1f, 0, 0.75f))
            .withNms(NmsOptions.detection().withIouThreshold(0.3).withAgnostic(true));
    Map<String, Object> stored = LoadedModel.thresholds(options);
    assertThat(stored).containsEntry("confidence", 0.4);
    assertThat(StoredThresholds.over(PredictorOptions.defaults(), stored)).isEqualTo(options);
    assertThat(StoredThresholds.over(options, Map.of())).isEqualTo(options);
  }

  @Test
  void thresholds_damaged_areRefused() {
    assertThatThrownBy(
            () ->
                StoredThresholds.over(OPTIONS, Map.of("class_confidences", Map.of("person", 0.5))))
        .hasMessage("class_confidences must be numbers by class id, got {person=0.5}");
    assertThatThrownBy(() -> StoredThresholds.over(OPTIONS, Map.of("confidence", "high")))
        .hasMessage("confidence must be a number, got high");
  }
}
