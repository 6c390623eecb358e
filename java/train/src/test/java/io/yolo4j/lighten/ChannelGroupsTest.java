package io.yolo4j.lighten;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.ToSequence;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.Value;
import io.yolo4j.lighten.ChannelGroups.Group;
import io.yolo4j.lighten.ChannelGroups.Scale;
import io.yolo4j.lighten.ChannelGroups.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Channels that can only leave together, on small graphs made by hand. */
final class ChannelGroupsTest {
  private final GraphBuilder builder = new GraphBuilder("Net");
  private final ModuleScope root = builder.root();
  private final Value image = builder.input(Shape.of(1, 3, 8, 8));

  private Value conv(String name, Value x, int channels) {
    Value y = root.conv2d(name, Conv2d.of(x.channels(), channels, 1)).apply(x);
    return root.batchNorm(name + "bn", channels).apply(y);
  }

  /** Ends the network in a head, whose channels stay. */
  private Graph graph(Value last) {
    Value head = root.conv2d("head", Conv2d.of(last.channels(), 6, 1).withBias(true)).apply(last);
    return builder.build(List.of(root.emit(new SplitAnchors(1, 6), head)), null);
  }

  private static List<Segment> prunable(ChannelGroups groups) {
    return groups.segments().stream()
        .filter(s -> s.groups().stream().anyMatch(g -> groups.groups().get(g).prunable()))
        .toList();
  }

  @Test
  void chain_eachChannelIsItsOwnGroup_imageAndHeadStay() {
    Graph graph = graph(conv("b", conv("a", image, 4), 5));
    ChannelGroups groups = ChannelGroups.of(graph);
    assertThat(prunable(groups))
        .extracting(Segment::convolutions)
        .containsExactly(List.of("a"), List.of("b"));
    assertThat(groups.groups().stream().filter(Group::prunable)).hasSize(9);
    assertThat(groups.groups()).hasSize(3 + 4 + 5 + 6);
    assertThat(groups.groups().get(3).scales()).containsExactly(new Scale("abn.weight", 0));
    assertThat(groups.groups().get(0).prunable()).isFalse();
    for (int group : groups.ofNode(graph.nodes().size() - 2)) {
      assertThat(groups.groups().get(group).prunable()).isFalse();
    }
  }

  @Test
  void residualSums_tieAllTheirTerms() {
    Value a = conv("a", image, 4);
    Value b = root.emit(new Add(), a, conv("b", a, 4));
    Value c = root.emit(new Add(), b, conv("c", b, 4));
    ChannelGroups groups = ChannelGroups.of(graph(c));
    assertThat(prunable(groups)).hasSize(1);
    Segment only = prunable(groups).get(0);
    assertThat(only.convolutions()).containsExactly("a", "b", "c");
    assertThat(only.groups()).hasSize(4);
    assertThat(groups.groups().get(only.groups().get(2)).scales())
        .containsExactly(
            new Scale("abn.weight", 2), new Scale("bbn.weight", 2), new Scale("cbn.weight", 2));
  }

  @Test
  void concatThenSum_tiesPartByPart() {
    Value a = conv("a", image, 2);
    Value b = conv("b", image, 3);
    Value joined = root.emit(new Concat(-3), a, b);
    Value sum = root.emit(new Add(), joined, conv("c", image, 5));
    ChannelGroups groups = ChannelGroups.of(graph(sum));
    assertThat(prunable(groups))
        .extracting(Segment::convolutions)
        .containsExactly(List.of("a", "c"), List.of("b", "c"));
    assertThat(prunable(groups)).extracting(s -> s.groups().size()).containsExactly(2, 3);
    assertThat(groups.groups().get(prunable(groups).get(1).groups().get(0)).scales())
        .containsExactly(new Scale("bbn.weight", 0), new Scale("cbn.weight", 2));
  }

  @Test
  void depthwiseWithMultiplier_tiesInputAndItsOutputs() {
    Value a = conv("a", image, 4);
    Value y = root.conv2d("dw", Conv2d.of(4, 8, 3).withGroups(4)).apply(a);
    ChannelGroups groups = ChannelGroups.of(graph(root.batchNorm("dwbn", 8).apply(y)));
    assertThat(prunable(groups)).hasSize(1);
    assertThat(prunable(groups).get(0).convolutions()).containsExactly("a", "dw");
    assertThat(groups.groups().get(prunable(groups).get(0).groups().get(1)).scales())
        .containsExactly(
            new Scale("abn.weight", 1), new Scale("dwbn.weight", 2), new Scale("dwbn.weight", 3));
  }

  @Test
  void groupedConvolution_leavesByWholeGroups() {
    Value a = conv("a", image, 6);
    Value y = root.conv2d("g", Conv2d.of(6, 4, 3).withGroups(2)).apply(a);
    ChannelGroups groups = ChannelGroups.of(graph(root.batchNorm("gbn", 4).apply(y)));
    assertThat(prunable(groups)).hasSize(1);
    assertThat(prunable(groups).get(0).groups()).hasSize(2);
    assertThat(groups.groups().get(prunable(groups).get(0).groups().get(1)).scales())
        .containsExactly(
            new Scale("abn.weight", 3),
            new Scale("abn.weight", 4),
            new Scale("abn.weight", 5),
            new Scale("gbn.weight", 2),
            new Scale("gbn.weight", 3));
  }

  @Test
  void squeezeExcite_gateFollowsWhatItMultiplies_squeezeStays() {
    Value a = conv("a", image, 4);
    Value pooled = root.emit(new GlobalAveragePool(), a);
    Value fc1 = root.conv2d("fc1", Conv2d.of(4, 2, 1).withBias(true)).apply(pooled);
    Value fc2 = root.conv2d("fc2", Conv2d.of(2, 4, 1).withBias(true)).apply(fc1);
    Value gate = root.emit(new Activation(Activation.Kind.HARDSIGMOID), fc2);
    ChannelGroups groups = ChannelGroups.of(graph(root.emit(new Multiply(), a, gate)));
    assertThat(prunable(groups)).hasSize(1);
    assertThat(prunable(groups).get(0).convolutions()).containsExactly("a", "fc2");
  }

  @Test
  void blocksOfPixels_tieAChannelAndAllItsPhases() {
    Value a = conv("a", image, 2);
    Value deep = root.emit(new SpaceToDepth(2), a);
    ChannelGroups groups = ChannelGroups.of(graph(root.batchNorm("deepbn", 8).apply(deep)));
    assertThat(prunable(groups)).hasSize(1);
    assertThat(groups.groups().get(prunable(groups).get(0).groups().get(1)).scales())
        .extracting(Scale::channel)
        .containsExactly(1, 1, 3, 5, 7);
  }

  @Test
  void sumWithATermWithoutScale_stays() {
    Value a = conv("a", image, 4);
    Value bare = root.conv2d("bare", Conv2d.of(3, 4, 1).withBias(true)).apply(image);
    ChannelGroups groups = ChannelGroups.of(graph(root.emit(new Add(), a, bare)));
    assertThat(prunable(groups)).isEmpty();
  }

  @Test
  void sequence_keepsItsEmbedding() {
    Value a = conv("a", image, 4);
    Value up = root.emit(new Upsample(2), a);
    Value sequence = root.emit(new ToSequence(), up);
    ChannelGroups groups = ChannelGroups.of(builder.build(List.of(sequence), null));
    assertThat(prunable(groups)).isEmpty();
  }

  @Test
  void convolutionAppliedTwice_hasTheSameChannelsBothTimes() {
    var shared = root.conv2d("shared", Conv2d.of(4, 4, 1));
    Value a = shared.apply(conv("a", image, 4));
    Value b = shared.apply(conv("b", image, 4));
    Value c = root.batchNorm("cbn", 4).apply(a);
    Value d = root.batchNorm("dbn", 4).apply(b);
    ChannelGroups groups = ChannelGroups.of(graph(root.emit(new Concat(1), c, d)));
    assertThat(prunable(groups))
        .extracting(Segment::convolutions)
        .containsExactly(List.of("a", "b"), List.of("shared"));
  }
}
