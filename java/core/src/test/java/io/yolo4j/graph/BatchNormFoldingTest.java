package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.BatchNormFolding.Fold;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small graphs before and after folding. */
class BatchNormFoldingTest {
  private static final Shape IMAGE = Shape.of(1, 4, 8, 8);

  private final GraphBuilder builder = new GraphBuilder("Net");
  private final ModuleScope root = builder.root();
  private final Value image = builder.input(IMAGE);
  private final ModuleScope block = root.child("block", "Conv");

  @Test
  void all_convolutionAndNorm_becomeOneConvolutionWithBias() {
    Layer conv = block.conv2d("conv", Conv2d.of(4, 6, 3));
    Layer norm = block.batchNorm("bn", 6);
    Layer act = block.activation("act", Activation.Kind.SILU);
    Graph before = graph(Layer.chain(List.of(conv, norm, act)).apply(image));
    BatchNormFolding folding = BatchNormFolding.all(before);
    assertThat(folding.graph().toText())
        .isEqualTo(
            """
            %0 = Input() [1,4,8,8]  #  Net
            %1 = Conv2d 4→6 k3 s1 p1 bias(%0) [1,6,8,8]  # block.conv Conv2d
            %2 = SiLU(%1) [1,6,8,8]  # block.act SiLU
            return %2
            """);
    assertThat(folding.folds()).containsExactly(new Fold("block.conv", "block.bn", 1e-3));
    assertThat(folding.graph().parameters())
        .containsExactly(
            new Parameter("block.conv.weight", Shape.of(6, 4, 3, 3), ParameterRole.WEIGHT),
            new Parameter("block.conv.bias", Shape.of(6), ParameterRole.BIAS));
    assertThat(folding.graph().root().walk())
        .extracting(ModuleNode::path)
        .containsExactly("", "block", "block.conv", "block.act");
    assertThat(before.nodes()).hasSize(4);
  }

  @Test
  void all_normIsTheOutput_outputMovesToTheConvolution() {
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    Value first = norm.apply(conv.apply(image));
    Value second = root.emit(new Upsample(2), first);
    Graph after = BatchNormFolding.all(builder.build(List.of(second, first), null)).graph();
    assertThat(after.outputs()).containsExactly(2, 1);
    assertThat(after.node(2).inputs()).containsExactly(1);
  }

  @Test
  void all_twoReaders_stays() {
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    Value raw = conv.apply(image);
    assertNothingFolds(graph(root.emit(new Add(), raw, norm.apply(raw))));
  }

  @Test
  void all_convolutionIsAnOutput_stays() {
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    Value raw = conv.apply(image);
    assertNothingFolds(builder.build(List.of(norm.apply(raw), raw), null));
  }

  @Test
  void all_convolutionHasBias_stays() {
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3).withBias(true));
    assertNothingFolds(graph(block.batchNorm("bn", 4).apply(conv.apply(image))));
  }

  @Test
  void all_normAfterConcat_stays() {
    Layer one = block.conv2d("one", Conv2d.of(4, 4, 1));
    Layer two = block.conv2d("two", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 8);
    Value joined = block.emit(new Concat(1), one.apply(image), two.apply(image));
    assertNothingFolds(graph(norm.apply(joined)));
  }

  @Test
  void all_moduleAppliedTwice_stays() {
    // Folding both applications would scale the one weight by γ twice.
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    Layer both = Layer.chain(List.of(conv, norm));
    assertNothingFolds(graph(both.apply(both.apply(image))));
  }

  @Test
  void all_normAppliedTwice_stays() {
    Layer one = block.conv2d("one", Conv2d.of(4, 4, 3));
    Layer two = block.conv2d("two", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    assertNothingFolds(graph(norm.apply(two.apply(norm.apply(one.apply(image))))));
  }

  @Test
  void all_foldedNormWithASecondName_bothNamesGo() {
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    root.child("again", "Sequential").share("0", block.declared("bn"));
    Graph after = BatchNormFolding.all(graph(norm.apply(conv.apply(image)))).graph();
    assertThat(after.root().walk())
        .extracting(ModuleNode::path)
        .containsExactly("", "block", "block.conv", "again");
  }

  @Test
  void where_parentType_choosesTheBlocks() {
    ModuleScope other = root.child("other", "ConvBNACT");
    Layer first =
        Layer.chain(List.of(block.conv2d("conv", Conv2d.of(4, 4, 3)), block.batchNorm("bn", 4)));
    Layer second =
        Layer.chain(List.of(other.conv2d("conv", Conv2d.of(4, 4, 3)), other.batchNorm("bn", 4)));
    Graph before = graph(second.apply(first.apply(image)));
    assertThat(BatchNormFolding.where(before, "Conv"::equals).folds())
        .containsExactly(new Fold("block.conv", "block.bn", 1e-3));
    assertThat(BatchNormFolding.all(before).folds()).hasSize(2);
  }

  private Graph graph(Value output) {
    return builder.build(List.of(output), null);
  }

  private static void assertNothingFolds(Graph graph) {
    BatchNormFolding folding = BatchNormFolding.all(graph);
    assertThat(folding.folds()).isEmpty();
    assertThat(folding.graph().toText()).isEqualTo(graph.toText());
    assertThat(folding.graph().root()).isEqualTo(graph.root());
  }
}
