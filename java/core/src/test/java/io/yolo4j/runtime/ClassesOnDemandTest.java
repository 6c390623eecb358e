package io.yolo4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.SpreadHeads;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads whose class scores are computed where the objectness passes, against whole ones. */
final class ClassesOnDemandTest {
  private static final PlanOptions OPTIONS = PlanOptions.defaults().withThreads(2);

  private static DetectionHead head(int classes) {
    return new DetectionHead(
        classes,
        List.of(
            new DetectionHead.Level(8, Collections.nCopies(2, new DetectionHead.Anchor(10, 10)))));
  }

  private static PlanGraph heads(int classes, Activation.Kind behind) {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    Value raw = root.conv2d("head", Conv2d.of(3, 2 * (classes + 5), 1).withBias(true)).apply(x);
    Value last = root.activation("act", behind).apply(raw);
    PlanGraph plan = Lowering.of(builder.build(List.of(last), null));
    return ClassesOnDemand.apply(ActivationFusion.apply(plan), head(classes), 0.25f);
  }

  @Test
  void apply_plainHead_isSplit() {
    PlanGraph plan = heads(6, Activation.Kind.IDENTITY);
    assertThat(plan.toText())
        .isEqualTo(
            """
            %0 = Pixels() [1,3,8,8]  #\s
            %1 = Conv2d 3→10 k1 s1 p0 bias (boxes of 2 anchors)(%0) [1,10,8,8]  # head
            %2 = ClassScores 3→2x6 where objectness > 0.25(%0, %1) [1,12,8,8]  # head
            return %2
            """);
    assertThat(plan.node(1).work()).isNotEmpty();
    assertThat(plan.node(2).work()).as("is a part of the convolution's").isEmpty();
    assertThat(plan.isOutput(plan.node(1))).isTrue();
    assertThat(plan.name(plan.node(1))).isEqualTo("head");
  }

  @Test
  void apply_otherHeads_stayWhole() {
    assertThat(heads(6, Activation.Kind.SILU).nodes()).hasSize(2);
    assertThat(heads(5, Activation.Kind.IDENTITY).nodes()).as("few classes").hasSize(2);
  }

  @Test
  void rows_ofAPart_areThoseOfEachAnchor() {
    float[] all = new float[2 * 7 * 2];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    assertThat(HeadPart.boxes(2, 7).rows(all))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
    assertThat(HeadPart.classes(2, 7).rows(all)).containsExactly(10, 11, 12, 13, 24, 25, 26, 27);
  }

  @ParameterizedTest
  @CsvSource({
    "yolov5n, FLOAT32, 1e-5",
    "mobilenetv3small_yolo5s, FLOAT32, 1e-5",
    "yolov5n, BFLOAT16, 2e-2",
    "yolov5n, INT8, 3e-2"
  })
  void run_splitHeads_holdWhatWholeOnesDo(String name, PlanPrecision precision, double most) {
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    String head = graph.parameters().get(graph.parameters().size() - 1).name();
    StateDict state = SpreadHeads.of(graph, head.substring(0, head.indexOf(".m.")));
    PlanOptions options = options(graph, state, precision);
    ImageBatch batch = ImageBatch.noise(2, 96, 64);
    OptionalDouble half = OptionalDouble.of(0.5);
    try (PlanExecutor whole = PlanExecutor.create(graph, state, options);
        PlanExecutor split = PlanExecutor.create(graph, state, options.withLeastObjectness(half))) {
      split.run(ImageBatch.noise(2, 96, 64));
      List<RawHead> expected = whole.run(batch);
      List<RawHead> actual = split.run(batch);
      List<Integer> passed = new ArrayList<>();
      for (int level = 0; level < expected.size(); level++) {
        passed.add(agree(actual.get(level), expected.get(level), most));
      }
      assertThat(passed).as("cells with an object").anyMatch(count -> count > 10);
      String steps = split.explain(2, 96, 64).toString();
      assertThat(steps)
          .contains(", weights ")
          .contains(
              "(boxes of 3 anchors)", "ClassScores", "yolo4j class_scores", "objectness > 0.5");
      assertThat(whole.explain(2, 96, 64).toString()).doesNotContain("ClassScores");
      assertThat(split.describe()).contains("class scores where the objectness is above 0.5");
      assertThat(split.doneBy()).isEqualTo(whole.doneBy());
      assertThat(split.types()).isEqualTo(whole.types());
    }
  }

  private static PlanOptions options(Graph graph, StateDict state, PlanPrecision precision) {
    assumeTrue(
        NativeLibrary.load().cpu().multiplies(precision.elementType()),
        "this CPU has no instructions for " + precision);
    return precision == PlanPrecision.INT8
        ? OPTIONS.withInt8(Calibrator.ofNoise(graph, state, 2))
        : OPTIONS.withPrecision(precision);
  }

  /** Returns how many anchors passed. */
  private static int agree(RawHead actual, RawHead expected, double most) {
    int passed = 0;
    for (int image = 0; image < expected.images(); image++) {
      for (int anchor = 0; anchor < expected.anchors(); anchor++) {
        for (int cell = 0; cell < expected.cells(); cell++) {
          int at = actual.index(image, anchor, cell);
          int whole = expected.index(image, anchor, cell);
          for (int k = 0; k < RawHead.BEFORE_CLASSES; k++) {
            close(actual.values().get(at + k), expected.values().get(whole + k), 1e-5);
          }
          if (actual.values().get(at + 4) > 0) {
            passed++;
            int first = actual.classIndex(image, anchor, cell);
            for (int c = 0; c < expected.outputs() - 5; c++) {
              close(
                  actual.classValues().get(first + c), expected.values().get(whole + 5 + c), most);
            }
          }
        }
      }
    }
    return passed;
  }

  private static void close(float actual, float expected, double most) {
    if (!(Math.abs(actual - expected) <= most * (1 + Math.abs(expected)))) {
      throw new AssertionError("expected %s, got %s".formatted(expected, actual));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.5, Double.NaN})
  void options_noProbability_areRefused(double wrong) {
    assertThatThrownBy(() -> OPTIONS.withLeastObjectness(OptionalDouble.of(wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the least objectness must lie in 0 to 1, got " + wrong);
  }
}
