package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  @Test
  void after_fitnessOfEpochs_isTheReferences() {
    JsonNode cases = Shared.json("training.json").get("early_stopping").get("cases");
    assertThat(cases.size()).isEqualTo(3);
    for (JsonNode one : cases) {
      EarlyStopping state = EarlyStopping.of(one.get("patience").asInt());
      for (int epoch = 0; epoch < one.get("fitness").size(); epoch++) {
        state = state.after(epoch, one.get("fitness").get(epoch).asDouble());
        JsonNode step = one.get("steps").get(epoch);
        String what = "patience %s, %s".formatted(one.get("patience"), step);
        assertThat(step.get(0).asInt()).isEqualTo(epoch);
        assertThat(state.stopsAfter(epoch)).as(what).isEqualTo(step.get(1).asBoolean());
        assertThat(state.bestEpoch()).as(what).isEqualTo(step.get(2).asInt());
        assertThat(state.bestFitness()).as(what).isEqualTo(step.get(3).asDouble());
        assertThat(state.mayStopAfterNext(epoch)).as(what).isEqualTo(step.get(4).asBoolean());
      }
    }
  }

  @Test
  void after_fitnessThatIsNoNumber_isNoImprovement() {
    EarlyStopping state = EarlyStopping.of(2).after(0, 0.5);
    assertThat(state.after(1, Double.NaN)).isEqualTo(state);
  }

  @Test
  void create_negativeValues_areRefused() {
    assertThatThrownBy(() -> EarlyStopping.of(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("patience must not be negative (0 never stops), got -1");
    assertThatThrownBy(() -> new EarlyStopping(3, -1, 0.5))
        .hasMessage("best epoch and best fitness must not be negative, got -1 and 0.5");
  }
}
