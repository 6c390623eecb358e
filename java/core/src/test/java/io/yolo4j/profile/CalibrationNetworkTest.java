package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CalibrationNetworkTest {
  static Iterable<String> models() {
    return Zoo.names();
  }

  @ParameterizedTest
  @MethodSource("models")
  void network_hasEveryKindOfWork_ofEveryShippedModel(String name) {
    Graph model = Model.of(Zoo.find(name).orElseThrow()).graph();
    assertThat(categories(CalibrationNetwork.of(Activation.Kind.SILU)))
        .containsAll(categories(model));
  }

  private static Set<Category> categories(Graph graph) {
    return graph.nodes().stream().map(Category::of).collect(Collectors.toSet());
  }
}
