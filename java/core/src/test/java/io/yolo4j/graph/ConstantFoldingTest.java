package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.ConstantFolding.NormBefore;
import io.yolo4j.graph.ConstantFolding.NormBehind;
import io.yolo4j.graph.ConstantFolding.Product;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small graphs before and after folding. */
final class ConstantFoldingTest {
  private final GraphBuilder builder = new GraphBuilder("Net");
  private final ModuleScope root = builder.root();
  private final Value image = builder.input(Shape.of(2, 4, 3, 5));

  @Test
  void all_linearLayers_becomeOne() {
    Value x = root.emit(new ToSequence(), image);
    Value y = root.linear("fc2", 6, 4, false).apply(root.linear("fc1", 4, 6, true).apply(x));
    Graph before = graph(root.emit(new Add(), y, x));
    ConstantFolding folding = ConstantFolding.all(before);
    assertThat(folding.graph().toText())
        .isEqualTo(
            """
            %0 = Input() [2,4,3,5]  #  Net
            %1 = ToSequence(%0) [15,2,4]  #  Net
            %2 = Identity(%1) [15,2,4]  # fc1 Identity
            %3 = Linear 4→4 bias(%1) [15,2,4]  # fc2 Linear
            %4 = Add(%3, %1) [15,2,4]  #  Net
            return %4
            """);
    assertThat(folding.folds()).containsExactly(new Product("fc1", true, "fc2", false));
    assertThat(folding.graph().parameters())
        .containsExactly(
            new Parameter("fc2.weight", Shape.of(4, 4), ParameterRole.WEIGHT),
            new Parameter("fc2.bias", Shape.of(4), ParameterRole.BIAS));
    assertThat(ConstantFolding.all(folding.graph()).graph()).isSameAs(folding.graph());
  }

  @Test
  void all_pointwiseConvolutions_becomeOneAndSoDoViewsBetween() {
    Value narrow = conv("a", Conv2d.of(4, 3, 1), image);
    Value between = root.activation("act", Activation.Kind.IDENTITY).apply(narrow);
    Graph before = graph(conv("b", Conv2d.of(3, 8, 1).withBias(true), between));
    // 4·8 multiply-adds a pixel instead of 4·3 + 3·8.
    ConstantFolding folding = ConstantFolding.all(before);
    assertThat(folding.graph().toText())
        .isEqualTo(
            """
            %0 = Input() [2,4,3,5]  #  Net
            %1 = Identity(%0) [2,4,3,5]  # a Identity
            %2 = Identity(%1) [2,4,3,5]  # act Identity
            %3 = Conv2d 4→8 k1 s1 p0 bias(%0) [2,8,3,5]  # b Conv2d
            return %3
            """);
    assertThat(folding.folds()).containsExactly(new Product("a", false, "b", true));
  }

  @Test
  void all_normBeforeAPointwiseConvolution_goesIntoIt() {
    Value x = root.batchNorm("bn", 4).apply(image);
    ConstantFolding folding = ConstantFolding.all(graph(conv("a", Conv2d.of(4, 6, 1), x)));
    assertThat(folding.graph().toText())
        .isEqualTo(
            """
            %0 = Input() [2,4,3,5]  #  Net
            %1 = Identity(%0) [2,4,3,5]  # bn Identity
            %2 = Conv2d 4→6 k1 s1 p0 bias(%0) [2,6,3,5]  # a Conv2d
            return %2
            """);
    assertThat(folding.folds()).containsExactly(new NormBefore("bn", 1e-3, "a", false));
    assertThat(folding.graph().parameters())
        .extracting(Parameter::name)
        .containsExactly("a.weight", "a.bias");
  }

  @Test
  void all_normBehindAConvolutionWithBias_goesIntoIt() {
    Value x = conv("a", Conv2d.of(4, 6, 3).withStride(2).withBias(true), image);
    ConstantFolding folding = ConstantFolding.all(graph(root.batchNorm("bn", 6).apply(x)));
    assertThat(folding.graph().toText())
        .isEqualTo(
            """
            %0 = Input() [2,4,3,5]  #  Net
            %1 = Conv2d 4→6 k3 s2 p1 bias(%0) [2,6,2,3]  # a Conv2d
            %2 = Identity(%1) [2,6,2,3]  # bn Identity
            return %2
            """);
    assertThat(folding.folds()).containsExactly(new NormBehind("a", "bn", 1e-3));
  }

  @Test
  void all_aRow_becomesOneLayer() {
    Value x = conv("a", Conv2d.of(4, 4, 1).withBias(true), image);
    x = root.batchNorm("one", 4).apply(x);
    x = root.batchNorm("two", 4).apply(conv("b", Conv2d.of(4, 4, 1).withBias(true), x));
    ConstantFolding folding = ConstantFolding.all(graph(conv("c", Conv2d.of(4, 4, 1), x)));
    assertThat(folding.folds())
        .containsExactly(
            new NormBehind("a", "one", 1e-3),
            new Product("a", true, "b", true),
            new NormBehind("b", "two", 1e-3),
            new Product("b", true, "c", false));
    assertThat(folding.graph().node(5).inputs()).containsExactly(0);
    assertThat(folding.graph().nodes().subList(1, 5)).allMatch(node -> node.op().isView());
    assertThat(folding.graph().cost().flops()).isEqualTo(2 * 15 * 4 * (2 * 4 + 1));
  }

  @Test
  void all_theZoos() {
    assertThat(folds("yolov5s-transformer"))
        .containsExactly(new Product("model.9.m.tr.0.fc1", false, "model.9.m.tr.0.fc2", false));
    assertThat(folds("mobilenetv3small_yolo5s"))
        .containsExactly(new Product("model.1.block.2.conv", true, "model.2.block.0.conv", true));
    assertThat(folds("yolov5s")).isEmpty();
  }

  private static List<ConstantFolding.Fold> folds(String name) {
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    return ConstantFolding.all(BatchNormFolding.all(graph).graph()).folds();
  }

  @Test
  void all_wideLayersAroundANarrowOne_stay() {
    Value narrow = conv("a", Conv2d.of(4, 1, 1), image);
    assertNothingFolds(conv("b", Conv2d.of(1, 4, 1), narrow));
    Value x = root.emit(new ToSequence(), image);
    assertNothingFolds(root.linear("d", 1, 4, true).apply(root.linear("c", 4, 1, true).apply(x)));
  }

  @Test
  void all_somethingBetween_stays() {
    Value x = root.activation("relu", Activation.Kind.RELU).apply(square("a", image));
    assertNothingFolds(square("b", x));
    Value slice = root.emit(new ChannelSlice(0, 4), square("c", image));
    assertNothingFolds(square("d", slice));
  }

  @Test
  void all_secondReaderOrOutput_stays() {
    Value x = square("a", image);
    assertNothingFolds(root.emit(new Add(), square("b", x), x));
    Value view = root.activation("act", Activation.Kind.IDENTITY).apply(square("c", image));
    assertNothingFolds(root.emit(new Add(), square("d", view), view));
    Value y = square("e", image);
    assertNothingFolds(builder.build(List.of(square("f", y), y), null));
  }

  @Test
  void all_otherConvolutions_stay() {
    Conv2d op = Conv2d.of(4, 4, 1);
    assertNothingFolds(square("b", conv("a", op.withStride(2), image)));
    assertNothingFolds(square("d", conv("c", op.withPadding(Size2.square(1)), image)));
    assertNothingFolds(conv("f", op.withGroups(2), square("e", image)));
    assertNothingFolds(conv("h", Conv2d.of(4, 4, 3), square("g", image)));
  }

  @Test
  void all_otherNorms_stay() {
    // Behind a norm's shift, a padded edge isn't 0 any more.
    Value x = root.batchNorm("one", 4).apply(image);
    assertNothingFolds(conv("a", Conv2d.of(4, 4, 3), x));
    Value raw = conv("b", Conv2d.of(4, 4, 3).withBias(true), image);
    assertNothingFolds(root.emit(new Add(), root.batchNorm("two", 4).apply(raw), raw));
    assertNothingFolds(root.batchNorm("three", 4).apply(conv("c", Conv2d.of(4, 4, 3), image)));
  }

  @Test
  void all_modulesAppliedTwice_stay() {
    Layer twice = root.conv2d("a", Conv2d.of(4, 4, 1));
    assertNothingFolds(twice.apply(twice.apply(image)));
  }

  @Test
  void all_parametersOfOtherModules_stay() {
    ModuleScope block = root.child("block", "Block");
    Conv2d op = Conv2d.of(4, 4, 1);
    List<String> names =
        List.of(block.parameter("kernel", Shape.of(4, 4, 1, 1), ParameterRole.WEIGHT));
    Value x = block.emit(op, List.of(image), names);
    assertNothingFolds(square("a", x));
  }

  private Value conv(String name, Conv2d op, Value x) {
    return root.conv2d(name, op).apply(x);
  }

  private Value square(String name, Value x) {
    return conv(name, Conv2d.of(4, 4, 1), x);
  }

  private void assertNothingFolds(Value output) {
    assertNothingFolds(graph(output));
  }

  private static void assertNothingFolds(Graph graph) {
    ConstantFolding folding = ConstantFolding.all(graph);
    assertThat(folding.folds()).isEmpty();
    assertThat(folding.graph()).isSameAs(graph);
  }

  private Graph graph(Value output) {
    return builder.build(List.of(output), null);
  }
}
