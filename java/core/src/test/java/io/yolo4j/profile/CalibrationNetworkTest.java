package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.weights.Initializer;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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

  /** A measurement runs the smallest picture too; shapes that don't meet would only broadcast. */
  @Test
  void plan_smallestPictureAndAllSides_runs() {
    Graph graph = CalibrationNetwork.of(Activation.Kind.SILU);
    int smallest = graph.requireHead().maxStride();
    try (PlanExecutor executor =
        PlanExecutor.create(graph, Initializer.initialize(graph, 0), PlanOptions.defaults())) {
      executor.run(ImageBatch.noise(1, smallest, smallest));
      for (int side : CalibrationNetwork.SIDES) {
        assertThat(side % smallest).as("%d pixels", side).isZero();
      }
    }
  }

  private static Set<Category> categories(Graph graph) {
    return graph.nodes().stream().map(Category::of).collect(Collectors.toSet());
  }
}
