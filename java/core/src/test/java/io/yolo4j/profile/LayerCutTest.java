package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayerCutTest {
  private static final int FLOAT = 4;

  private final Model model = model();
  private final Graph graph = model.graphFor(1, 224, 224);

  private static Model model() {
    try {
      return Model.of(Zoo.open("mobilenetv3small_yolo5s"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void of_nothingFused_sumsToTheGraphsCost() {
    List<LayerWork> layers = cut(alone());
    assertThat(layers).hasSize(graph.nodes().size());
    assertThat(layers.stream().mapToLong(LayerWork::flops).sum()).isEqualTo(graph.cost().flops());
    assertThat(layers.stream().mapToLong(LayerWork::bytes).sum())
        .isEqualTo(FLOAT * graph.cost().elements());
  }

  @Test
  void of_everyCategoryOfTheNetwork_isFound() {
    assertThat(cut(alone()))
        .extracting(LayerWork::category)
        .contains(
            Category.INPUT,
            Category.DENSE_CONVOLUTION,
            Category.POINTWISE_CONVOLUTION,
            Category.DEPTHWISE_CONVOLUTION,
            Category.BATCH_NORM,
            Category.ACTIVATION,
            Category.SQUEEZE_EXCITE,
            Category.UPSAMPLE,
            Category.CONCAT,
            Category.ADD,
            Category.HEAD)
        .doesNotContain(Category.OTHER);
  }

  @Test
  void of_parts_followTheDescription() {
    List<LayerWork> layers = cut(alone());
    int backbone = model.description().backbone().size();
    for (LayerWork layer : layers) {
      if (layer.path().startsWith("model.")) {
        int row = Integer.parseInt(layer.path().split("\\.", 3)[1]);
        Part expected =
            row < backbone ? Part.BACKBONE : row == model.rows().size() - 1 ? Part.HEAD : Part.NECK;
        assertThat(layer.part()).as(layer.path()).isEqualTo(expected);
      }
    }
  }

  @Test
  void of_fusedPair_countsTheTensorBetweenNotAtAll() {
    Node activation =
        graph.nodes().stream()
            .filter(node -> node.op() instanceof Activation)
            .findFirst()
            .orElseThrow();
    int before = activation.inputs().get(0);
    List<Integer> doneBy = new ArrayList<>(alone());
    doneBy.set(activation.id(), before);
    LayerWork fused =
        cut(doneBy).stream().filter(layer -> layer.node() == before).findFirst().orElseThrow();
    assertThat(fused.nodes()).containsExactly(before, activation.id());
    assertThat(fused.flops())
        .isEqualTo(graph.cost(graph.node(before)).flops() + graph.cost(activation).flops());
    assertThat(fused.outputBytes()).isEqualTo(FLOAT * activation.shape().elements());
    assertThat(fused.inputBytes())
        .containsExactly(FLOAT * graph.node(graph.node(before).inputs().get(0)).shape().elements());
    assertThat(fused.operation()).contains(" + ");
  }

  @Test
  void of_wrongLength_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cut(List.of(0)))
        .withMessageContaining("got 1");
  }

  private List<Integer> alone() {
    return graph.nodes().stream().map(Node::id).toList();
  }

  private List<LayerWork> cut(List<Integer> doneBy) {
    return LayerCut.of(graph, doneBy, model.description().backbone().size(), FLOAT);
  }
}
