package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.StepTypes;
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

  /** A convolution of bytes behind one of floats: what it reads is as wide as it was written. */
  @Test
  void of_severalTypes_countsTheBytesOfEach() {
    List<Node> convolutions =
        graph.nodes().stream().filter(node -> node.op() instanceof Conv2d).toList();
    Node conv = convolutions.get(1);
    List<StepTypes> types = new ArrayList<>(StepTypes.all(graph.nodes().size(), ElementType.BF16));
    types.set(conv.id(), new StepTypes(ElementType.U8, ElementType.I8, ElementType.F32));
    LayerWork work =
        cut(alone(), types).stream().filter(layer -> layer.node() == conv.id()).findFirst().get();
    LayerWork floats =
        cut(alone()).stream().filter(layer -> layer.node() == conv.id()).findFirst().get();
    assertThat(work.operands()).isEqualTo(ElementType.U8);
    assertThat(work.inputBytes()).containsExactly(floats.inputBytes().get(0) / 2);
    assertThat(work.weightBytes()).isEqualTo(floats.weightBytes() / 4);
    assertThat(work.outputBytes()).isEqualTo(floats.outputBytes());
    assertThat(floats.operands()).isEqualTo(ElementType.F32);
  }

  private List<Integer> alone() {
    return graph.nodes().stream().map(Node::id).toList();
  }

  private List<LayerWork> cut(List<Integer> doneBy) {
    return cut(doneBy, StepTypes.all(graph.nodes().size(), ElementType.F32));
  }

  private List<LayerWork> cut(List<Integer> doneBy, List<StepTypes> types) {
    return LayerCut.of(graph, doneBy, model.description().backbone().size(), types);
  }
}
