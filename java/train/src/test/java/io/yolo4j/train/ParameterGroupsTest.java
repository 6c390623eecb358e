package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterGroupsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"yolov5n", "mobilenetv3small_yolo5s", "yolov5s-transformer", "yolov5-panet"})
  void of_compatible_hasTheReferencesMembersInOrder(String model) {
    JsonNode expected = Shared.json("training.json").get("param_groups").get(model);
    ParameterGroups groups = ParameterGroups.of(graph(model), true);
    check(expected, "g0_batchnorm_weight_no_decay", groups.normWeights());
    check(expected, "g1_weight_decay", groups.weights());
    check(expected, "g2_bias_no_decay", groups.biases());
    check(expected, "in_no_group", groups.untrained());
  }

  private static void check(JsonNode expected, String group, List<String> actual) {
    assertThat(actual).as(group).hasSize(expected.get("counts").get(group).asInt());
    JsonNode listed = expected.get(group);
    // The fixture lists the members of the first two models, of the others what is in no group.
    if (listed != null) {
      List<String> names = new ArrayList<>();
      listed.forEach(name -> names.add(name.asText()));
      assertThat(actual).as(group).isEqualTo(names);
    }
  }

  @Test
  void of_transformer_trainsTheInputProjectionsToo() {
    ParameterGroups groups = ParameterGroups.of(graph("yolov5s-transformer"));
    assertThat(groups.untrained()).isEmpty();
    assertThat(groups.weights()).hasSize(68).contains("model.9.m.tr.0.ma.in_proj_weight");
    assertThat(groups.biases()).hasSize(63).contains("model.9.m.tr.0.ma.in_proj_bias");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolov5-bifpn", "yolov5s-transformer", "mobilenetv3small_yolo5s"})
  void of_anyModel_holdsEveryTrainableParameterOnce(String model) {
    Graph graph = graph(model);
    List<String> trainable =
        graph.parameters().stream()
            .filter(parameter -> parameter.role().trainable())
            .map(Parameter::name)
            .toList();
    assertThat(ParameterGroups.of(graph).trained()).containsExactlyInAnyOrderElementsOf(trainable);
    ParameterGroups compatible = ParameterGroups.of(graph, true);
    List<String> all = new ArrayList<>(compatible.trained());
    all.addAll(compatible.untrained());
    assertThat(all).containsExactlyInAnyOrderElementsOf(trainable);
  }

  private static Graph graph(String model) {
    return Model.of(Objects.requireNonNull(Zoo.find(model).orElse(null), model)).graph();
  }
}
