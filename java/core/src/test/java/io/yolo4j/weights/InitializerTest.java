package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.LearnedScale;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.Value;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InitializerTest {
  private static final List<Anchor> ANCHORS = List.of(new Anchor(10, 13), new Anchor(33, 23));

  /** Convolution, batch norm, and a level of 2 anchors for each stride; all on one 4×4 map. */
  private static Graph detector(int classes, int... strides) {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value image = builder.input(Shape.of(1, 8, 4, 4));
    Layer conv = root.conv2d("conv", Conv2d.of(8, 16, 3));
    Layer norm = root.batchNorm("bn", 16);
    Value y = norm.apply(conv.apply(image));
    root.parameter("anchors", Shape.of(strides.length, 2, 2), ParameterRole.ANCHORS);
    List<Level> levels = new ArrayList<>();
    List<Value> outputs = new ArrayList<>();
    for (int stride : strides) {
      int outputChannels = 2 * (classes + 5);
      Conv2d op = Conv2d.of(16, outputChannels, 1).withBias(true);
      Layer detect = root.conv2d("m" + stride, op);
      outputs.add(root.emit(new SplitAnchors(2, classes + 5), detect.apply(y)));
      levels.add(new Level(stride, ANCHORS));
    }
    return builder.build(outputs, new DetectionHead(classes, levels));
  }

  @Test
  void initialize_names_followTheGraph() {
    Graph graph = detector(6, 8, 16, 32);
    StateDict state = Initializer.initialize(graph, 1);
    assertThat(state.names())
        .containsExactlyElementsOf(graph.parameters().stream().map(Parameter::name).toList());
    for (Parameter parameter : graph.parameters()) {
      assertThat(state.get(parameter.name()).shape()).isEqualTo(parameter.shape());
      boolean count = parameter.role() == ParameterRole.BATCH_COUNT;
      assertThat(state.get(parameter.name()).dtype()).isEqualTo(count ? DType.I64 : DType.F32);
    }
  }

  @Test
  void initialize_batchNormAndAnchors_areConstants() {
    StateDict state = Initializer.initialize(detector(6, 8, 16), 1);
    assertThat(state.get("bn.weight").toFloats()).containsOnly(1);
    assertThat(state.get("bn.bias").toFloats()).containsOnly(0);
    assertThat(state.get("bn.running_mean").toFloats()).containsOnly(0);
    assertThat(state.get("bn.running_var").toFloats()).containsOnly(1);
    assertThat(state.get("bn.num_batches_tracked").toDoubles()).containsExactly(0);
    assertThat(state.get("anchors").toFloats())
        .containsExactly(
            10 / 8f, 13 / 8f, 33 / 8f, 23 / 8f, 10 / 16f, 13 / 16f, 33 / 16f, 23 / 16f);
  }

  @Test
  void initialize_detectionBiases_areShiftedAsInTheReference() {
    JsonNode values =
        Shared.json("state_dict_keys.json")
            .get("fresh_model")
            .get("detect_bias_init")
            .get("values");
    for (int classes : new int[] {1, 2, 6, 80}) {
      StateDict shifted = Initializer.initialize(detector(classes, 8, 16, 32), 5);
      for (JsonNode level : values.get("nc" + classes)) {
        String name = "m" + level.get("stride").asInt();
        float[] bias = shifted.get(name + ".bias").toFloats();
        // The random part stays within 1/√16 for 16 inputs.
        for (int i = 0; i < bias.length; i++) {
          int output = i % (classes + 5);
          double shift =
              output < 4 ? 0 : level.get(output == 4 ? "added_to_obj" : "added_to_cls").asDouble();
          assertThat((double) bias[i]).as("%s[%d]", name, i).isCloseTo(shift, within(0.25));
        }
        float[] plain = unshifted(classes, level.get("stride").asInt(), 5);
        double added = level.get("added_to_obj").asDouble();
        assertThat((double) bias[4] - plain[4]).isCloseTo(added, within(1e-6));
        double addedToClasses = level.get("added_to_cls").asDouble();
        assertThat((double) bias[5] - plain[5]).isCloseTo(addedToClasses, within(1e-6));
        assertThat(bias[0]).isEqualTo(plain[0]);
      }
    }
  }

  /** The bias of the level when the outputs are not known to be detections. */
  private static float[] unshifted(int classes, int stride, long seed) {
    GraphBuilder builder = new GraphBuilder("Net");
    Value image = builder.input(Shape.of(1, 16, 4, 4));
    Conv2d op = Conv2d.of(16, 2 * (classes + 5), 1).withBias(true);
    Value output = builder.root().conv2d("m" + stride, op).apply(image);
    Graph graph = builder.build(List.of(output), null);
    return Initializer.initialize(graph, seed).get("m" + stride + ".bias").toFloats();
  }

  @Property(tries = 30, seed = "1")
  void initialize_convolution_isUniformWithinTheFanIn(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int kernel) {
    GraphBuilder builder = new GraphBuilder("Net");
    Value image = builder.input(Shape.of(1, 4 * inputs, 9, 9));
    Conv2d op = Conv2d.of(4 * inputs, 512, kernel).withGroups(4).withBias(true);
    Value output = builder.root().conv2d("conv", op).apply(image);
    StateDict state = Initializer.initialize(builder.build(List.of(output), null), seed);
    double bound = 1 / Math.sqrt(inputs * kernel * kernel);
    assertUniform(state.get("conv.weight").toFloats(), bound);
    assertUniform(state.get("conv.bias").toFloats(), bound);
  }

  @Test
  void initialize_attention_isXavierWithoutBias() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(5, 1, 64));
    Layer attention = builder.root().attention("ma", 64, 4);
    Layer linear = builder.root().linear("fc", 64, 64, true);
    Value y = linear.apply(attention.apply(x, x, x));
    StateDict state = Initializer.initialize(builder.build(List.of(y), null), 3);
    assertUniform(state.get("ma.in_proj_weight").toFloats(), Math.sqrt(6.0 / (64 + 192)));
    assertUniform(state.get("ma.out_proj.weight").toFloats(), 1 / 8.0);
    assertThat(state.get("ma.in_proj_bias").toFloats()).containsOnly(0);
    assertThat(state.get("ma.out_proj.bias").toFloats()).containsOnly(0);
    assertUniform(state.get("fc.weight").toFloats(), 1 / 8.0);
    assertThat(state.get("fc.bias").toFloats()).doesNotContain(0);
  }

  @Test
  void initialize_learnedScale_fallsByHalves() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(1, 4));
    LearnedScale op = new LearnedScale(1, 3);
    Value y = root.emit(op, List.of(x), root.declare(op));
    StateDict state = Initializer.initialize(builder.build(List.of(y), null), 3);
    assertThat(state.get("w").toFloats()).containsExactly(-0.5f, -1f, -1.5f);
  }

  @Test
  void initialize_anotherLayer_leavesTheOthersAsTheyWere() {
    StateDict one = Initializer.initialize(detector(6, 8), 7);
    StateDict three = Initializer.initialize(detector(6, 8, 16, 32), 7);
    for (String name : one.names()) {
      if (!name.equals("anchors")) {
        assertThat(three.get(name).data()).as(name).isEqualTo(one.get(name).data());
      }
    }
    assertThat(three.get("m8.weight").data()).isNotEqualTo(three.get("m16.weight").data());
    StateDict other = Initializer.initialize(detector(6, 8), 8);
    assertThat(other.get("conv.weight").data()).isNotEqualTo(one.get("conv.weight").data());
  }

  @Test
  void initialize_parameterThatNothingReads_isRefused() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(1, 4));
    builder.root().parameter("extra", Shape.of(4), ParameterRole.WEIGHT);
    Graph graph = builder.build(List.of(x), null);
    assertThatThrownBy(() -> Initializer.initialize(graph, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no start value is known for extra of role WEIGHT and shape [4], which no operation reads");
  }

  private static void assertUniform(float[] values, double bound) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
      sum += value;
      squares += (double) value * value;
    }
    // Six standard deviations of the mean of a uniform distribution, bound / √(3 n).
    double deviation = bound / Math.sqrt(3.0 * values.length);
    assertThat(sum / values.length).isCloseTo(0, within(6 * deviation));
    // Variance bound² / 3; its own deviation is bound² · √(4 / 45 / n).
    double spread = bound * bound * Math.sqrt(4.0 / 45 / values.length);
    assertThat(squares / values.length).isCloseTo(bound * bound / 3, within(6 * spread));
  }
}
