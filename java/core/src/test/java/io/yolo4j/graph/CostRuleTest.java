package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.lang.reflect.Modifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing costs 0 because a rule was forgotten. */
final class CostRuleTest {
  @Test
  void everyOperation_bringsItsOwnRule() throws NoSuchMethodException {
    Class<?>[] signature = {List.class, Shape.class};
    assertThat(Modifier.isAbstract(Op.class.getMethod("flops", signature).getModifiers()))
        .as("no default rule to fall back to")
        .isTrue();
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      assertThat(op.getMethod("flops", signature).getDeclaringClass()).isEqualTo(op);
    }
  }

  @Test
  void everyShippedModel_everyOperationButViews_movesBytes() {
    for (String name : Zoo.names()) {
      Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
      for (Node node : graph.nodes()) {
        Cost cost = graph.cost(node);
        assertThat(cost.elements() == 0)
            .as("%s: %s (%s)", name, node.modulePath(), node.op().text())
            .isEqualTo(node.op().isView());
        assertThat(cost.flops() > 0 && cost.elements() == 0).as(node.op().text()).isFalse();
      }
    }
  }
}
