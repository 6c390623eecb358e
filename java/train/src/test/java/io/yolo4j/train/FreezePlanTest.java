package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.train.FreezePhases.Phase;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreezePlanTest {
  private static final Graph GRAPH = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "10 ; model\\.\\d\\..*",
        "1 ; model\\.0\\..*",
        "0-9 ; model\\.\\d\\..*",
        "0, 2-4 ,9 ; model\\.[02349]\\..*",
        "3-3 ; model\\.3\\..*",
        "24-24 ; model\\.24\\..*",
        "model.9 ; model\\.9\\..*",
        "model.9.cv1 ; model\\.9\\.cv1\\..*",
        "model.*.bn.bias ; model\\..*\\.bn\\.bias",
        "model.?.conv.weight ; model\\.\\d\\.conv\\.weight",
        "0,model.24.m.0 ; model\\.(0|24\\.m\\.0)\\..*",
        "regex:.*cv[12].* ; .*cv[12].*"
      })
  void names_anyForm_areThoseOfTheExpression(String text, String expected) {
    Predicate<String> matches = Pattern.compile(expected).asMatchPredicate();
    List<String> names = GRAPH.parameters().stream().map(Parameter::name).filter(matches).toList();
    assertThat(names).isNotEmpty();
    assertThat(new FreezePlan(text).names(GRAPH)).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void names_tenRows_areTheBackbone() {
    Set<String> names = FreezePlan.ofRows(10).names(GRAPH);
    assertThat(names)
        .contains("model.0.conv.weight", "model.9.cv2.bn.running_var")
        .noneMatch(name -> name.startsWith("model.1") && !name.startsWith("model.1."));
    assertThat(new FreezePlan("0").names(GRAPH)).isEmpty();
  }

  @Test
  void names_missingRowOrName_saysWhatThereIs() {
    assertThatThrownBy(() -> new FreezePlan("0-30").names(GRAPH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("freezing '0-30': there is no row 30, the model has rows 0 to 24");
    assertThatThrownBy(() -> new FreezePlan("30").names(GRAPH))
        .hasMessage("freezing '30': there is no row 29, the model has rows 0 to 24");
    assertThatThrownBy(() -> new FreezePlan("model.0.bn.wieght").names(GRAPH))
        .hasMessage(
            "freezing 'model.0.bn.wieght': no parameter has such a name; the nearest is model.0.bn.weight");
    assertThatThrownBy(() -> new FreezePlan("regex:backbone.*").names(GRAPH))
        .hasMessageStartingWith("freezing 'regex:backbone.*': no parameter has such a name;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "0-24", "model", "*", "regex:.*"})
  void names_everything_isRefused(String text) {
    assertThatThrownBy(() -> new FreezePlan(text).names(GRAPH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("freezing '%s' leaves no parameter to train".formatted(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1,,2", "-1", "1-", "model 9", "model.[0-9]", "99999999999"})
  void create_noForm_isRefused(String text) {
    assertThatThrownBy(() -> new FreezePlan(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "what to freeze must be a number of rows (10), rows (0,1,5 or 0-9), names with * and ? (model.*.bn.*) or regex:…, got '%s'"
                .formatted(text));
  }

  @Test
  void create_badRangeOrExpression_isRefused() {
    assertThatThrownBy(() -> new FreezePlan("0,9-3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows to freeze must be given from the lower to the higher, got '9-3'");
    assertThatThrownBy(() -> new FreezePlan("regex:model.(0"))
        .hasMessage(
            "what to freeze must be a valid regular expression, got 'model.(0': Unclosed group");
  }

  @Test
  void phases_freezeThenThaw_areTwo() {
    FreezePhases phases = FreezePhases.thawing(FreezePlan.ofRows(10), 3, 1.0 / 3);
    assertThat(phases.phases(10))
        .containsExactly(new Phase(0, 3, true, 1), new Phase(3, 7, false, 1.0 / 3));
    assertThat(phases.phases(2)).containsExactly(new Phase(0, 2, true, 1));
    assertThat(phases.phases(3)).containsExactly(new Phase(0, 3, true, 1));
    for (Phase phase : phases.phases(10)) {
      for (int epoch = phase.firstEpoch(); epoch < phase.firstEpoch() + phase.epochs(); epoch++) {
        assertThat(phases.frozenIn(epoch)).isEqualTo(phase.frozen());
        assertThat(phases.rateIn(epoch)).isEqualTo(phase.rate());
      }
    }
  }

  @Test
  void phases_neverOrAlways_areOne() {
    assertThat(FreezePhases.none().phases(10)).containsExactly(new Phase(0, 10, false, 1));
    assertThat(FreezePhases.none().frozenIn(0)).isFalse();
    FreezePhases always = FreezePhases.always(FreezePlan.ofRows(10));
    assertThat(always.phases(10)).containsExactly(new Phase(0, 10, true, 1));
    assertThat(always.frozenIn(1_000_000)).isTrue();
    assertThat(always.rateIn(1_000_000)).isEqualTo(1);
  }

  @Test
  void phases_badValues_areRefused() {
    FreezePlan plan = FreezePlan.ofRows(10);
    assertThatThrownBy(() -> FreezePhases.thawing(plan, -1, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("frozen epochs must not be negative, got -1");
    assertThatThrownBy(() -> FreezePhases.thawing(plan, 1, 0))
        .hasMessage(
            "the rate after the thaw must be above 0 and at most 1 times the rate before, got 0.0");
    assertThatThrownBy(() -> FreezePhases.none().phases(0))
        .hasMessage("epochs must be at least 1, got 0");
  }
}
