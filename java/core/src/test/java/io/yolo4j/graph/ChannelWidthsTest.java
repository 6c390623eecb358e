package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Widths of single convolutions carry through to what reads them. */
final class ChannelWidthsTest {
  /** Two branches that are joined, then a depthwise convolution and another one. */
  private static Graph graph() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    Value a = root.batchNorm("bn", 6).apply(root.conv2d("a", Conv2d.of(3, 6, 3)).apply(x));
    Value b = root.conv2d("b", Conv2d.of(3, 4, 1).withBias(true)).apply(x);
    Value joined = root.emit(new Concat(1), a, b);
    Value depthwise = root.conv2d("dw", Conv2d.of(10, 20, 3).withGroups(10)).apply(joined);
    return builder.build(List.of(root.conv2d("end", Conv2d.of(20, 5, 1)).apply(depthwise)), null);
  }

  @Test
  void apply_nothing_isTheGraph() {
    Graph graph = graph();
    assertThat(ChannelWidths.apply(graph, Map.of())).isSameAs(graph);
  }

  @Test
  void apply_carriesThroughNormsJoinsAndGroups() {
    Graph narrow = ChannelWidths.apply(graph(), Map.of("a", 3, "b", 2));
    assertThat(narrow.toText().lines().filter(line -> line.contains("Conv2d ")))
        .extracting(line -> line.replaceAll(".* = (Conv2d [^(]*)\\(.*", "$1"))
        .containsExactly(
            "Conv2d 3→3 k3 s1 p1",
            "Conv2d 3→2 k1 s1 p0 bias",
            "Conv2d 5→10 k3 s1 p1 g5",
            "Conv2d 10→5 k1 s1 p0");
    assertThat(narrow.parameters())
        .extracting(parameter -> parameter.name() + parameter.shape())
        .contains("a.weight[3,3,3,3]", "bn.running_var[3]", "b.bias[2]", "dw.weight[10,1,3,3]");
    assertThat(narrow.withInputs(Shape.of(2, 3, 4, 4)).node(6).shape())
        .isEqualTo(Shape.of(2, 5, 4, 4));
  }

  @Test
  void apply_unknownPath_orGroups_isRefused() {
    assertThatThrownBy(() -> ChannelWidths.apply(graph(), Map.of("dw", 4, "nowhere", 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "each must be that of a convolution of one group, got 2 that are not, the first: dw");
  }

  @Test
  void apply_channelsThatFitNoGroup_namesTheModule() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    Value a = root.conv2d("a", Conv2d.of(3, 8, 3)).apply(x);
    Graph graph =
        builder.build(List.of(root.conv2d("g", Conv2d.of(8, 8, 3).withGroups(4)).apply(a)), null);
    assertThatThrownBy(() -> ChannelWidths.apply(graph, Map.of("a", 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("module g: a convolution of 4 groups takes a multiple of 2 channels, got 5");
  }

  @Test
  void apply_sumOfUnequalWidths_namesTheModule() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    Value a = root.conv2d("a", Conv2d.of(3, 8, 3)).apply(x);
    Value b = root.conv2d("b", Conv2d.of(3, 8, 3)).apply(x);
    Graph graph = builder.build(List.of(root.emit(new Add(), a, b)), null);
    assertThatThrownBy(() -> ChannelWidths.apply(graph, Map.of("a", 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "the root module: Add takes inputs of equal shape, got [1,4,8,8] and [1,8,8,8]");
  }
}
