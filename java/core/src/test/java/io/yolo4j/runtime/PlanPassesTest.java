package io.yolo4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.DepthToSpace;
import io.yolo4j.graph.FromSequence;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Size2;
import io.yolo4j.graph.StridedSlice;
import io.yolo4j.graph.ToSequence;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.Value;
import io.yolo4j.graph.ZeroPad;
import io.yolo4j.kernels.ElementType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small graphs before and after each pass. */
final class PlanPassesTest {
  private final GraphBuilder builder = new GraphBuilder("Net");
  private final ModuleScope root = builder.root();
  private final Value image = builder.input(Shape.of(1, 3, 8, 8));

  @Test
  void lowering_squeezeAndExcite_isOneNode() {
    Value x = conv("x", 3, 8, 1, image);
    Value pooled = root.emit(new GlobalAveragePool(), x);
    Value squeezed = act("relu", Activation.Kind.RELU, conv("fc1", 8, 4, 1, pooled));
    Value gate = act("gate", Activation.Kind.HARDSIGMOID, conv("fc2", 4, 8, 1, squeezed));
    PlanGraph plan = Lowering.of(graph(root.emit(new Multiply(), x, gate)));
    assertThat(plan.toText())
        .isEqualTo(
            """
            %0 = Pixels() [1,3,8,8]  #\s
            %1 = Conv2d 3→8 k1 s1 p0 bias(%0) [1,8,8,8]  # x
            %2 = SqueezeExcite 8→4→8 ReLU Hardsigmoid(%1) [1,8,8,8]  #\s
            return %2
            """);
    assertThat(plan.node(2).work()).startsWith(7).contains(2, 3, 4, 5, 6);
  }

  @Test
  void lowering_identity_isGone() {
    Value x = act("none", Activation.Kind.IDENTITY, conv("x", 3, 8, 1, image));
    PlanGraph plan = Lowering.of(graph(x));
    assertThat(plan.nodes()).hasSize(2);
    assertThat(plan.outputs()).containsExactly(1);
    assertThat(plan.node(1).work()).containsExactly(1, 2);
  }

  @Test
  void lowering_unknownOperation_namesItAndItsModule() {
    Value x = root.child("block", "Expand").emit(new DepthToSpace(2), conv("x", 3, 8, 1, image));
    assertThatThrownBy(() -> Lowering.of(graph(x)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "plans don't know DepthToSpace x2 (module block, Expand); run this network on LibTorch");
  }

  @Test
  void lowering_transformer_isConvolutionsAroundAnAttention() {
    Value map = conv("x", 3, 8, 1, image);
    Value x = root.emit(new ToSequence(), map);
    Value attended = root.attention("ma", 8, 2).apply(x, x, x);
    Value y = root.emit(new Add(), attended, x);
    Value z = root.linear("fc", 8, 4, false).apply(act("act", Activation.Kind.RELU, y));
    PlanGraph plan = Lowering.of(graph(root.emit(new FromSequence(), z, map)));
    assertThat(plan.toText())
        .isEqualTo(
            """
            %0 = Pixels() [1,3,8,8]  #\s
            %1 = Conv2d 3→8 k1 s1 p0 bias(%0) [1,8,8,8]  # x
            %2 = Conv2d 8→24 k1 s1 p0 bias(%1) [1,24,8,8]  # ma
            %3 = Attention heads 2(%2) [1,8,8,8]  # ma
            %4 = Conv2d 8→8 k1 s1 p0 bias(%3) [1,8,8,8]  # ma
            %5 = Add(%4, %1) [1,8,8,8]  #\s
            %6 = ReLU(%5) [1,8,8,8]  # act
            %7 = Conv2d 8→4 k1 s1 p0(%6) [1,4,8,8]  # fc
            return %7
            """);
    assertThat(plan.node(1).work()).as("with the view").containsExactly(1, 2);
    for (int id = 2; id <= 4; id++) {
      assertThat(plan.node(id).work()).as("the attention's own").containsExactly(3);
    }
    assertThat(plan.node(7).work()).containsExactly(6, 7);
    PlanGraph fused = ResidualFusion.apply(plan);
    assertThat(fused.toText()).contains("Conv2d 8→8 k1 s1 p0 bias + residual(%3, %1)");
    assertThat(kinds(fused)).contains(StepKind.ATTENTION).doesNotContain(StepKind.ADD);
  }

  @Test
  void lowering_attentionToSomethingElse_projectsEachApart() {
    Value map = conv("x", 3, 8, 1, image);
    Value x = root.emit(new ToSequence(), map);
    Value other = root.emit(new Add(), x, root.linear("position", 8, 8, true).apply(x));
    Value y = root.attention("ma", 8, 4).apply(other, other, x);
    PlanGraph plan = Lowering.of(graph(root.emit(new FromSequence(), y, map)));
    assertThat(plan.toText())
        .contains(
            "%4 = Conv2d 8→8 k1 s1 p0 bias(%3) [1,8,8,8]  # ma",
            "%5 = Conv2d 8→8 k1 s1 p0 bias(%3) [1,8,8,8]  # ma",
            "%6 = Conv2d 8→8 k1 s1 p0 bias(%1) [1,8,8,8]  # ma",
            "%7 = Concat dim 1(%4, %5, %6) [1,24,8,8]  # ma",
            "%8 = Attention heads 4(%7) [1,8,8,8]  # ma");
    assertThat(((PlanOp.Convolution) plan.node(6).op()).sources().get(0).first()).isEqualTo(16);
    assertThat(kinds(plan)).doesNotContain(StepKind.COPY);
  }

  @Test
  void lowering_linearLayerOfAMap_isRefused() {
    Value x = root.linear("fc", 8, 8, true).apply(conv("x", 3, 8, 1, image));
    assertRefused(x, "plans don't know Linear 8→8 bias (module fc, Linear)");
  }

  @Test
  void lowering_sequenceAsAnotherMap_isRefused() {
    Value x = root.emit(new ToSequence(), conv("x", 3, 8, 1, image));
    assertRefused(root.emit(new FromSequence(), x, flat()), "plans don't know FromSequence (");
  }

  @Test
  void lowering_sumOfSequencesOfUnlikeMaps_isRefused() {
    Value map = conv("x", 3, 8, 1, image);
    Value x = root.emit(new ToSequence(), map);
    Value sum = root.emit(new Add(), x, root.emit(new ToSequence(), flat()));
    assertRefused(root.emit(new FromSequence(), sum, map), "plans don't know Add (");
  }

  /** 4 x 16 pixels, as many as 8 x 8. */
  private Value flat() {
    Value half = root.conv2d("half", Conv2d.of(3, 8, 1).withStride(2)).apply(image);
    return root.emit(new ZeroPad(6, 6, 0, 0), half);
  }

  private void assertRefused(Value x, String message) {
    assertThatThrownBy(() -> Lowering.of(graph(x)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void activationFusion_onlyReader_goesBehindTheConvolution() {
    Value x = act("act", Activation.Kind.SILU, conv("x", 3, 8, 3, image));
    assertThat(ActivationFusion.apply(Lowering.of(graph(x))).toText())
        .isEqualTo(
            """
            %0 = Pixels() [1,3,8,8]  #\s
            %1 = Conv2d 3→8 k3 s1 p1 bias SiLU(%0) [1,8,8,8]  # x
            return %1
            """);
  }

  @Test
  void activationFusion_secondReader_staysApart() {
    Value x = conv("x", 3, 8, 3, image);
    Value y = act("act", Activation.Kind.SILU, x);
    PlanGraph lowered = Lowering.of(graph(root.emit(new Add(), x, y)));
    assertThat(ActivationFusion.apply(lowered).toText()).isEqualTo(lowered.toText());
  }

  @Test
  void activationFusion_output_staysApart() {
    Value x = conv("x", 3, 8, 3, image);
    PlanGraph lowered =
        Lowering.of(builder.build(List.of(x, act("act", Activation.Kind.SILU, x)), null));
    assertThat(ActivationFusion.apply(lowered).toText()).isEqualTo(lowered.toText());
  }

  @Test
  void residualFusion_bottleneck_addsInTheSecondConvolution() {
    Value x = conv("x", 3, 8, 1, image);
    Value y = conv("cv2", 8, 8, 3, conv("cv1", 8, 8, 1, x));
    assertThat(ResidualFusion.apply(Lowering.of(graph(root.emit(new Add(), x, y)))).toText())
        .isEqualTo(
            """
            %0 = Pixels() [1,3,8,8]  #\s
            %1 = Conv2d 3→8 k1 s1 p0 bias(%0) [1,8,8,8]  # x
            %2 = Conv2d 8→8 k1 s1 p0 bias(%1) [1,8,8,8]  # cv1
            %3 = Conv2d 8→8 k3 s1 p1 bias + residual(%2, %1) [1,8,8,8]  #\s
            return %3
            """);
  }

  @Test
  void residualFusion_depthwiseOrTwice_staysAnAddition() {
    Value x = conv("x", 3, 8, 1, image);
    Value y = root.conv2d("dw", Conv2d.of(8, 8, 3).withGroups(8).withBias(true)).apply(x);
    Value sum = root.emit(new Add(), y, x);
    PlanGraph lowered = Lowering.of(graph(root.emit(new Add(), sum, sum)));
    assertThat(ResidualFusion.apply(lowered).toText()).contains("= Add(%2, %1)", "= Add(%3, %3)");
  }

  @Test
  void siblingMerge_pointwiseOfOneTensor_becomesOneWithParts() {
    Value a = conv("a", 3, 8, 1, image);
    Value b = conv("b", 3, 4, 1, image);
    PlanGraph merged = SiblingMerge.apply(Lowering.of(graph(root.emit(new Concat(1), a, b))));
    assertThat(merged.toText())
        .isEqualTo(
            """
            %0 = Pixels() [1,3,8,8]  #\s
            %1 = Conv2d 3→12 k1 s1 p0 bias (2 merged)(%0) [1,12,8,8]  # a
            %2 = Channels from 0(%1) [1,8,8,8]  # a
            %3 = Channels from 8(%1) [1,4,8,8]  # b
            %4 = Concat dim 1(%2, %3) [1,12,8,8]  #\s
            return %4
            """);
    assertThat(merged.node(1).work()).containsExactly(1, 2);
  }

  @Test
  void siblingMerge_readerThatNeedsDenseTensors_staysApart() {
    Value a = conv("k3", 8, 8, 3, conv("a", 3, 8, 1, image));
    Value b = conv("b", 3, 8, 1, image);
    PlanGraph lowered = Lowering.of(graph(root.emit(new Concat(1), a, b)));
    assertThat(SiblingMerge.apply(lowered).toText()).isEqualTo(lowered.toText());
  }

  @Test
  void siblingMerge_otherActivation_staysApart() {
    Value a = act("silu", Activation.Kind.SILU, conv("a", 3, 8, 1, image));
    Value b = conv("b", 3, 8, 1, image);
    PlanGraph fused = ActivationFusion.apply(Lowering.of(graph(root.emit(new Concat(1), a, b))));
    assertThat(SiblingMerge.apply(fused).toText()).isEqualTo(fused.toText());
  }

  @Test
  void pixelBlocks_stemOfSix_becomesThreeOnTwelveChannels() {
    assertThat(PixelBlocks.apply(Lowering.of(graph(stem()))).toText())
        .isEqualTo(
            """
            %0 = Pixels 2x2() [1,12,4,4]  #\s
            %1 = Conv2d 12→8 k3 s1 p1 bias(%0) [1,8,4,4]  # stem
            return %1
            """);
  }

  @Test
  void pixelBlocks_secondReader_staysAsItIs() {
    Value other = conv("other", 3, 8, 1, image);
    PlanGraph lowered = Lowering.of(builder.build(List.of(stem(), other), null));
    assertThat(PixelBlocks.apply(lowered).toText()).isEqualTo(lowered.toText());
  }

  @Test
  void focusBlocks_fourSlices_becomeBlocks() {
    PlanGraph plan = FocusBlocks.apply(Lowering.of(graph(focus(0, 1))));
    assertThat(plan.toText())
        .isEqualTo(
            """
            %0 = Pixels 2x2() [1,12,4,4]  #\s
            %1 = Conv2d 12→8 k3 s1 p1 bias(%0) [1,8,4,4]  # stem
            return %1
            """);
    assertThat(plan.node(0).work()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
  }

  @Test
  void focusBlocks_otherOrder_staysAndIsRefused() {
    PlanGraph lowered = Lowering.of(graph(focus(1, 0)));
    PlanGraph plan = FocusBlocks.apply(lowered);
    assertThat(plan.toText()).isEqualTo(lowered.toText());
    assertThatThrownBy(() -> Placement.of(NumberTypes.floats(plan, ElementType.F32)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("as a part of a Focus on the pixels only");
  }

  @Test
  void blockedWeights_areTheSameProducts() {
    float[] weight = new float[2 * 3 * 36];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = i;
    }
    float[] blocked = PlanWeights.blocked(weight, 2);
    // Output 1, row offset 1, column offset 0, colour 2, kernel row 2, column 1.
    int to = ((12 + (1 * 2 + 0) * 3 + 2) * 3 + 2) * 3 + 1;
    int from = ((3 + 2) * 6 + 2 * 2 + 1) * 6 + 2 * 1 + 0;
    assertThat(blocked[to]).isEqualTo(weight[from]);
    assertThat(blocked).containsExactlyInAnyOrder(weight);
  }

  @Test
  void concatPlacement_whatIsReadOnce_isWrittenWhereItBelongs() {
    Value small =
        root.child("s", "Conv").conv2d("s", Conv2d.of(3, 4, 1).withStride(2)).apply(image);
    Value a = conv("a", 3, 8, 1, image);
    Value joined = root.emit(new Concat(1), a, root.emit(new Upsample(2), small));
    PlanGraph plan = Lowering.of(graph(joined));
    int concat = last(plan, Concat.class);
    assertThat(ConcatPlacement.of(plan, true).direct().values())
        .containsExactlyInAnyOrder(
            new ConcatPlacement.Slot(concat, 0), new ConcatPlacement.Slot(concat, 8));
    assertThat(kinds(plan)).doesNotContain(StepKind.COPY);
  }

  @Test
  void concatPlacement_whatSeveralJoin_isCopiedRightAfterItWasMade() {
    Value a = conv("a", 3, 8, 1, image);
    Value first = root.emit(new Concat(1), a, conv("b", 3, 4, 1, image));
    Value joined = root.emit(new Concat(1), conv("c", 12, 4, 1, first), a, a);
    PlanGraph plan = Lowering.of(graph(joined));
    ConcatPlacement placement = ConcatPlacement.of(plan, true);
    assertThat(placement.direct()).as("a, the first of all").doesNotContainKey(1);
    int inner = plan.node(last(plan, Concat.class)).inputs().get(0) - 1;
    assertThat(ConcatPlacement.isConcat(plan.node(inner))).isTrue();
    assertThat(placement.copiesOf(1))
        .containsExactlyInAnyOrder(
            new ConcatPlacement.Slot(inner, 0),
            new ConcatPlacement.Slot(last(plan, Concat.class), 4),
            new ConcatPlacement.Slot(last(plan, Concat.class), 12));
    assertThat(kinds(plan).stream().filter(StepKind.COPY::equals)).hasSize(3);
  }

  @Test
  void concatPlacement_partOfMergedConvolution_takesItsTensorOver() {
    Value a = conv("a", 3, 8, 1, image);
    Value b = conv("b", 3, 4, 1, image);
    Value joined = root.emit(new Concat(1), conv("m", 8, 8, 1, a), b);
    PlanGraph plan = SiblingMerge.apply(Lowering.of(graph(joined)));
    int concat = last(plan, Concat.class);
    ConcatPlacement placement = ConcatPlacement.of(plan, true);
    assertThat(placement.adopted()).isEqualTo(Map.of(concat, 1));
    int m = plan.node(concat).inputs().get(0);
    assertThat(placement.direct()).isEqualTo(Map.of(m, new ConcatPlacement.Slot(concat, 0)));
    assertThat(placement.readsItsSlot(plan.node(m))).as("what it reads lies there").isTrue();
    ConcatPlacement kept = ConcatPlacement.of(plan, false);
    assertThat(kept.adopted()).isEmpty();
    assertThat(kept.copiesOf(plan.node(concat).inputs().get(1)))
        .containsExactly(new ConcatPlacement.Slot(concat, 8));
  }

  private static int last(PlanGraph plan, Class<? extends Op> op) {
    return plan.nodes().stream()
        .filter(node -> node.op() instanceof PlanOp.Plain plain && op.isInstance(plain.op()))
        .mapToInt(PlanNode::id)
        .max()
        .orElseThrow();
  }

  private static List<StepKind> kinds(PlanGraph plan) {
    return Placement.of(NumberTypes.floats(plan, ElementType.F32)).steps().stream()
        .map(PlanStep::kind)
        .toList();
  }

  @Test
  void channelViews_readersOfSlices_moveNothing() {
    Value x = conv("x", 3, 8, 1, image);
    Value upper = root.emit(new ChannelSlice(4, 4), x);
    Value joined =
        root.emit(
            new Concat(1),
            root.emit(new ChannelSlice(0, 4), x),
            conv("z", 4, 4, 1, conv("y", 4, 4, 1, upper)));
    PlanGraph plan = ChannelViews.apply(Lowering.of(graph(joined)));
    assertThat(plan.toText())
        .contains("= Channels from 4(%1) [1,4,8,8]", "= Channels from 0(%1) [1,4,8,8]");
    // The lower half stays where it is, the upper one is overwritten there.
    assertThat(Placement.of(NumberTypes.floats(plan, ElementType.F32)).steps())
        .extracting(PlanStep::kind)
        .doesNotContain(StepKind.COPY);
  }

  @Test
  void channelViews_readersOfDenseTensors_getACopy() {
    Value x = conv("x", 3, 8, 1, image);
    Value slice = root.emit(new ChannelSlice(4, 4), x);
    PlanGraph plan = ChannelViews.apply(Lowering.of(graph(conv("y", 4, 4, 3, slice))));
    assertThat(plan.toText()).contains("= ChannelSlice [4:8](%1) [1,4,8,8]");
    PlanLayout layout = Placement.of(NumberTypes.floats(plan, ElementType.F32));
    PlanStep copy =
        layout.steps().stream().filter(s -> s.kind() == StepKind.COPY).findFirst().orElseThrow();
    assertThat(layout.tensors().get(copy.x()).first()).isEqualTo(4);
    assertThat(layout.tensors().get(copy.y()).isDense()).isTrue();
  }

  @Test
  void channelViews_sliceOfASlice_isACopy() {
    Value x = conv("x", 3, 8, 1, image);
    Value inner = root.emit(new ChannelSlice(2, 2), root.emit(new ChannelSlice(4, 4), x));
    PlanGraph plan = ChannelViews.apply(Lowering.of(graph(conv("y", 2, 4, 1, inner))));
    PlanLayout layout = Placement.of(NumberTypes.floats(plan, ElementType.F32));
    List<PlanStep> copies = layout.steps().stream().filter(s -> s.kind() == StepKind.COPY).toList();
    assertThat(copies).hasSize(1);
    assertThat(layout.tensors().get(copies.get(0).x()).first()).isEqualTo(6);
  }

  private Value stem() {
    return root.conv2d(
            "stem", Conv2d.of(3, 8, 6).withStride(2).withPadding(Size2.square(2)).withBias(true))
        .apply(image);
  }

  /** With the offsets of rows and columns of the second slice. */
  private Value focus(int secondColumn, int secondRow) {
    Value joined =
        root.emit(
            new Concat(1),
            root.emit(new StridedSlice(0, 0, 2), image),
            root.emit(new StridedSlice(secondRow, secondColumn, 2), image),
            root.emit(new StridedSlice(secondColumn, secondRow, 2), image),
            root.emit(new StridedSlice(1, 1, 2), image));
    return conv("stem", 12, 8, 3, joined);
  }

  private Value conv(String name, int from, int to, int kernel, Value x) {
    return root.conv2d(name, Conv2d.of(from, to, kernel).withBias(true)).apply(x);
  }

  private Value act(String name, Activation.Kind kind, Value x) {
    return root.activation(name, kind).apply(x);
  }

  private Graph graph(Value output) {
    return builder.build(List.of(output), null);
  }
}
