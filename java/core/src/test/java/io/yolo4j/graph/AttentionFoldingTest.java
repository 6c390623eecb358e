package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.AttentionFolding.Fold;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small graphs before and after folding. */
final class AttentionFoldingTest {
  private final GraphBuilder builder = new GraphBuilder("Net");
  private final ModuleScope root = builder.root();
  private final Value x = root.emit(new ToSequence(), builder.input(Shape.of(2, 4, 3, 5)));
  private final Layer attention = root.attention("ma", 4, 2);

  @Test
  void all_threeLayers_becomeViewsThatNobodyReads() {
    Value q = root.linear("q", 4, 4, false).apply(x);
    Value k = root.linear("k", 4, 4, true).apply(x);
    Value v = root.linear("v", 4, 4, false).apply(x);
    Graph before = graph(attention.apply(q, k, v));
    AttentionFolding folding = AttentionFolding.all(before);
    assertThat(folding.graph().toText())
        .isEqualTo(
            """
            %0 = Input() [2,4,3,5]  #  Net
            %1 = ToSequence(%0) [15,2,4]  #  Net
            %2 = Identity(%1) [15,2,4]  # q Identity
            %3 = Identity(%1) [15,2,4]  # k Identity
            %4 = Identity(%1) [15,2,4]  # v Identity
            %5 = Attention 4 heads 2(%1, %1, %1) [15,2,4]  # ma MultiheadAttention
            return %5
            """);
    assertThat(folding.folds())
        .containsExactly(
            new Fold("ma.in_proj_weight", "ma.in_proj_bias", 0, "q", false),
            new Fold("ma.in_proj_weight", "ma.in_proj_bias", 1, "k", true),
            new Fold("ma.in_proj_weight", "ma.in_proj_bias", 2, "v", false));
    assertThat(folding.graph().parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "ma.in_proj_weight", "ma.in_proj_bias", "ma.out_proj.weight", "ma.out_proj.bias");
    assertThat(folding.graph().cost().flops())
        .isEqualTo(before.cost().flops() - 3 * 2 * 15 * 2 * 4 * 4 - 15 * 2 * 4);
  }

  @Test
  void all_foldedAlready_staysAsItIs() {
    Layer q = root.linear("q", 4, 4, false);
    Graph once = AttentionFolding.all(graph(attention.apply(q.apply(x), x, x))).graph();
    assertThat(AttentionFolding.all(once).graph()).isSameAs(once);
  }

  @Test
  void all_secondReader_stays() {
    Value q = root.linear("q", 4, 4, false).apply(x);
    assertNothingFolds(graph(root.emit(new Add(), attention.apply(q, x, x), q)));
    Value k = root.linear("k", 4, 4, false).apply(x);
    assertNothingFolds(graph(root.attention("other", 4, 2).apply(k, k, x)));
  }

  @Test
  void all_anOutput_stays() {
    Value q = root.linear("q", 4, 4, false).apply(x);
    assertNothingFolds(builder.build(List.of(attention.apply(q, x, x), q), null));
  }

  @Test
  void all_otherWidth_stays() {
    Value wide = root.linear("wide", 4, 8, false).apply(x);
    Value q = root.linear("q", 8, 4, false).apply(wide);
    assertNothingFolds(graph(attention.apply(q, x, x)));
  }

  @Test
  void all_modulesAppliedTwice_stay() {
    Layer q = root.linear("q", 4, 4, false);
    Value y = root.attention("one", 4, 2).apply(q.apply(x), x, x);
    assertNothingFolds(graph(root.attention("two", 4, 2).apply(q.apply(y), y, y)));
    Value z = attention.apply(root.linear("a", 4, 4, false).apply(x), x, x);
    assertNothingFolds(graph(attention.apply(root.linear("b", 4, 4, false).apply(z), z, z)));
  }

  private static void assertNothingFolds(Graph graph) {
    AttentionFolding folding = AttentionFolding.all(graph);
    assertThat(folding.folds()).isEmpty();
    assertThat(folding.graph()).isSameAs(graph);
  }

  private Graph graph(Value output) {
    return builder.build(List.of(output), null);
  }
}
