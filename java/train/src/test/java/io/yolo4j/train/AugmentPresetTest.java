package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.augment.AugmentOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AugmentPresetTest {
  private static Hyperparameters of(String name) {
    return AugmentPreset.named(name).over(Hyperparameters.defaults());
  }

  @Test
  void over_setsWhatTheNameSays() {
    Hyperparameters usual = Hyperparameters.defaults();
    assertThat(of("default")).isEqualTo(usual);
    assertThat(of("aug2")).isEqualTo(usual.with("flipud", 1).with("fliplr", 1).with("scale", 0));
    assertThat(of("aug3")).isEqualTo(usual.with("flipud", 1));
    assertThat(of("aug5")).isEqualTo(usual.with("flipud", 0.5));
    assertThat(of("aug6")).isEqualTo(of("aug5").with("copy_paste", 0.5));
    assertThat(of("aug7")).isEqualTo(of("aug5").with("mixup", 0.5));
    assertThat(of("aug8")).isEqualTo(of("aug6"));
    assertThat(of("aug9")).isEqualTo(of("aug5"));
    assertThat(of("none").augmentation()).isEqualTo(AugmentOptions.none());
  }

  @Test
  void over_replacesAugmentation_andKeepsRates() {
    Hyperparameters given = Hyperparameters.defaults().with("lr0", 0.002).with("mixup", 0.3);
    assertThat(AugmentPreset.named("aug5").over(given))
        .isEqualTo(Hyperparameters.defaults().with("lr0", 0.002).with("flipud", 0.5));
  }

  @Test
  void over_options_multipliesTheEpochs() {
    TrainOptions base = TrainOptions.builder(Path.of("d")).model("yolov5n").epochs(30).build();
    assertThat(AugmentPreset.named("aug9").over(base).epochs()).isEqualTo(60);
    assertThat(AugmentPreset.named("aug8").over(base).epochs()).isEqualTo(60);
    assertThat(AugmentPreset.named("aug5").over(base).epochs()).isEqualTo(30);
  }

  @Test
  void named_unknown_namesTheNearest() {
    assertThatThrownBy(() -> AugmentPreset.named("aug4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no augmentation 'aug4'; the nearest are aug2, aug3, aug5");
  }

  @Test
  void create_ofAnotherHyperparameter_isRefused() {
    assertThatThrownBy(() -> new AugmentPreset("x", "y", Map.of("lr0", 1.), 1))
        .hasMessageContaining("got [lr0] and 1");
  }
}
