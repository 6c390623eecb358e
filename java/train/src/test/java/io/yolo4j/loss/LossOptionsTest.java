package io.yolo4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LossOptionsTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @Test
  void defaults_areTheReferenceHyperParameters() {
    JsonNode hyp = Shared.json("training.json").get("hyp");
    LossOptions options = LossOptions.defaults();
    assertThat(options.box()).isEqualTo(hyp.get("box").asDouble());
    assertThat(options.cls()).isEqualTo(hyp.get("cls").asDouble());
    assertThat(options.clsPw()).isEqualTo(hyp.get("cls_pw").asDouble());
    assertThat(options.obj()).isEqualTo(hyp.get("obj").asDouble());
    assertThat(options.objPw()).isEqualTo(hyp.get("obj_pw").asDouble());
    assertThat(options.anchorT()).isEqualTo(hyp.get("anchor_t").asDouble());
    assertThat(options.flGamma()).isEqualTo(hyp.get("fl_gamma").asDouble());
    assertThat(options.labelSmoothing()).isZero();
    assertThat(options.autobalance()).isFalse();
    assertThat(options.boxLoss()).isEqualTo(BoxLoss.CIOU);
    assertThat(options.classWeights()).isEmpty();
  }

  @Test
  void scaled_theReferenceCases_givesItsGains() {
    JsonNode cases = Shared.json("training.json").get("hyp_scaling").get("cases");
    assertThat(cases.size()).isEqualTo(6);
    for (JsonNode c : cases) {
      LossOptions scaled =
          LossOptions.defaults()
              .scaled(c.get("nl").asInt(), c.get("nc").asInt(), c.get("imgsz").asInt());
      assertThat(scaled.box()).isCloseTo(c.get("box").asDouble(), EXACT);
      assertThat(scaled.cls()).isCloseTo(c.get("cls").asDouble(), EXACT);
      assertThat(scaled.obj()).isCloseTo(c.get("obj").asDouble(), EXACT);
    }
  }

  @Test
  void with_changesOnlyItsOwnComponent() {
    LossOptions changed =
        LossOptions.defaults()
            .withBox(1)
            .withCls(2)
            .withClsPw(3)
            .withObj(4)
            .withObjPw(5)
            .withAnchorT(6)
            .withFlGamma(7)
            .withLabelSmoothing(0.8)
            .withAutobalance(true)
            .withBoxLoss(BoxLoss.GIOU)
            .withClassWeights(List.of(9.0));
    assertThat(changed)
        .isEqualTo(new LossOptions(1, 2, 3, 4, 5, 6, 7, 0.8, true, BoxLoss.GIOU, List.of(9.0)));
  }

  @Test
  void scaled_withoutLevels_isAnError() {
    assertThatThrownBy(() -> LossOptions.defaults().scaled(0, 6, 640))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("levels, classes and image size must be at least 1, got 0, 6 and 640");
  }

  @Test
  void constructor_badValues_areErrorsThatNameThem() {
    LossOptions options = LossOptions.defaults();
    assertThatThrownBy(() -> options.withBox(-1))
        .hasMessage("box must be finite and not negative, got -1.0");
    assertThatThrownBy(() -> options.withObjPw(Double.NaN))
        .hasMessage("obj_pw must be finite and not negative, got NaN");
    assertThatThrownBy(() -> options.withAnchorT(1))
        .hasMessage("anchor_t must be finite and above 1, or nothing matches an anchor, got 1.0");
    assertThatThrownBy(() -> options.withLabelSmoothing(1))
        .hasMessage("label smoothing must be in [0, 1), got 1.0");
    assertThatThrownBy(() -> options.withClassWeights(List.of(1.0, -2.0)))
        .hasMessage("the weight of class 1 must be finite and not negative, got -2.0");
  }
}
