package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.AttentionFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.ToSequence;
import io.yolo4j.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values of folded layers, by hand. */
final class FoldedStateTest {
  private static final Shape SQUARE = Shape.of(2, 2);

  @Test
  void of_layersBeforeAnAttention_areProductsWithItsProjection() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = root.emit(new ToSequence(), builder.input(Shape.of(1, 2, 1, 3)));
    Value k = root.linear("k", 2, 2, true).apply(x);
    Value v = root.linear("v", 2, 2, false).apply(x);
    Graph graph = builder.build(List.of(root.attention("ma", 2, 1).apply(x, k, v)), null);
    HostTensor out = HostTensor.of(new float[] {1, 2, 3, 4}, SQUARE);
    StateDict state =
        StateDict.builder()
            .put("k.weight", HostTensor.of(new float[] {0, 1, 10, 0}, SQUARE))
            .put("k.bias", HostTensor.of(new float[] {1, 2}, Shape.of(2)))
            .put("v.weight", HostTensor.of(new float[] {2, 0, 0, 3}, SQUARE))
            .put(
                "ma.in_proj_weight",
                HostTensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, Shape.of(6, 2)))
            .put("ma.in_proj_bias", HostTensor.of(new float[] {1, 1, 1, 1, 1, 1}, Shape.of(6)))
            .put("ma.out_proj.weight", out)
            .put("ma.out_proj.bias", HostTensor.of(new float[] {0, 0}, Shape.of(2)))
            .build();
    StateDict folded = FoldedState.of(state, AttentionFolding.all(graph));
    assertThat(folded.contains("k.weight")).isFalse();
    assertThat(folded.get("ma.in_proj_weight").toFloats())
        .containsExactly(1, 2, 3, 4, 60, 5, 80, 7, 18, 30, 22, 36);
    assertThat(folded.get("ma.in_proj_bias").toFloats()).containsExactly(1, 1, 18, 24, 1, 1);
    assertThat(folded.get("ma.out_proj.weight").toFloats()).containsExactly(out.toFloats());
    assertThat(state.get("ma.in_proj_weight").toFloats()).startsWith(1, 2, 3, 4, 5, 6);
  }
}
