package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.AttentionFolding;
import io.yolo4j.graph.ConstantFolding;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.ToSequence;
import io.yolo4j.graph.Value;
import java.util.List;
import org.assertj.core.data.Offset;
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

  @Test
  void of_layersBehindEachOther_areTheirProduct() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = root.emit(new ToSequence(), builder.input(Shape.of(1, 2, 1, 3)));
    Value y = root.linear("first", 2, 3, true).apply(x);
    Graph graph = builder.build(List.of(root.linear("second", 3, 2, true).apply(y)), null);
    StateDict state =
        StateDict.builder()
            .put("first.weight", tensor(Shape.of(3, 2), 1, 2, 3, 4, 5, 6))
            .put("first.bias", tensor(Shape.of(3), 1, 2, 3))
            .put("second.weight", tensor(Shape.of(2, 3), 1, 0, 2, 0, 1, 1))
            .put("second.bias", tensor(Shape.of(2), 10, 20))
            .build();
    StateDict folded = FoldedState.of(state, ConstantFolding.all(graph));
    assertThat(folded.names()).containsExactly("second.weight", "second.bias");
    assertThat(folded.get("second.weight").shape()).isEqualTo(SQUARE);
    assertThat(folded.get("second.weight").toFloats()).containsExactly(11, 14, 8, 10);
    assertThat(folded.get("second.bias").toFloats()).containsExactly(17, 25);
  }

  /** Norms that make 2x + 3 of channel 0 and 4x − 1 of channel 1. */
  @Test
  void of_normsBesideConvolutions_areScaledAndShifted() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = root.batchNorm("before", 2).apply(builder.input(Shape.of(1, 2, 3, 5)));
    x = root.conv2d("point", Conv2d.of(2, 2, 1)).apply(x);
    x = root.conv2d("rows", Conv2d.of(2, 2, 1).withStride(2).withBias(true)).apply(x);
    Graph graph = builder.build(List.of(root.batchNorm("behind", 2).apply(x)), null);
    Shape weight = Shape.of(2, 2, 1, 1);
    StateDict.Builder state =
        StateDict.builder()
            .put("point.weight", tensor(weight, 1, 2, 3, 4))
            .put("rows.weight", tensor(weight, 1, 2, 3, 4))
            .put("rows.bias", tensor(Shape.of(2), 5, 6));
    for (String norm : List.of("before", "behind")) {
      state
          .put(norm + ".weight", tensor(Shape.of(2), 2, 8))
          .put(norm + ".bias", tensor(Shape.of(2), 7, 3))
          .put(norm + ".running_mean", tensor(Shape.of(2), 2, 1))
          .put(norm + ".running_var", tensor(Shape.of(2), 1 - 1e-3f, 4 - 1e-3f))
          .put(norm + ".num_batches_tracked", HostTensor.of(new long[] {1}, Shape.of()));
    }
    StateDict folded = FoldedState.of(state.build(), ConstantFolding.all(graph));
    assertThat(folded.names())
        .containsExactly("point.weight", "point.bias", "rows.weight", "rows.bias");
    assertThat(folded.get("point.weight").shape()).isEqualTo(weight);
    Offset<Float> close = within(1e-5f);
    assertThat(folded.get("point.weight").toFloats()).containsExactly(floats(2, 8, 6, 16), close);
    assertThat(folded.get("point.bias").toFloats()).containsExactly(floats(1, 5), close);
    assertThat(folded.get("rows.weight").toFloats()).containsExactly(floats(2, 4, 12, 16), close);
    assertThat(folded.get("rows.bias").toFloats()).containsExactly(floats(13, 23), close);
  }

  private static float[] floats(float... values) {
    return values;
  }

  private static HostTensor tensor(Shape shape, float... values) {
    return HostTensor.of(values, shape);
  }
}
