package io.yolo4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleNode;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.testing.Shared;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Expansion of small descriptions: modules, arguments, errors with source, index and row. */
class ModelBuilderTest {
  private static final String ANCHORS = "anchors: [[10, 13, 16, 30]]\n";
  private static final String DETECT = "[-1, 1, Detect, [nc, anchors]]";

  // Rules

  @Test
  void repeats_everyCase_matchesReference() {
    for (JsonNode row : Shared.json("geometry.json").get("depth_gain").get("cases")) {
      assertThat(ModelBuilder.repeats(row.get(0).asInt(), row.get(1).asDouble()))
          .as(row.toString())
          .isEqualTo(row.get(2).asInt());
    }
  }

  @Test
  void divisibleUp_everyCase_matchesReference() {
    for (JsonNode row : Shared.json("geometry.json").get("make_divisible")) {
      assertThat(ModelBuilder.divisibleUp(row.get(0).asDouble(), row.get(1).asInt()))
          .as(row.toString())
          .isEqualTo(row.get(2).asLong());
    }
  }

  @Test
  void build_widthMultiple_sparesHeadChannelsAndUnscaledModules() {
    // 2 anchors · (1 + 5) = 12 channels are those of a head.
    Model model =
        build(
            "nc: 1\nwidth_multiple: 0.5\n" + ANCHORS,
            "[-1, 1, Conv, [12, 1]]",
            "[-1, 1, Conv, [40, 1]]",
            "[-1, 1, ConvBNACT, [40, 1]]",
            DETECT);
    assertThat(model.rows())
        .extracting(row -> row.arguments().toString())
        .startsWith("[3, 12, 1]", "[12, 24, 1]", "[24, 40, 1]");
  }

  @Test
  void build_repeats_chainOrBecomeAnArgument() {
    Model model =
        build(
            "depth_multiple: 0.5\n" + ANCHORS,
            "[-1, 1, Conv, [8, 1]]",
            "[-1, 4, Conv, [8, 1]]",
            "[-1, 5, C3, [8]]",
            DETECT);
    assertThat(model.rows()).extracting(ModelRow::repeats).containsExactly(1, 2, 2, 1);
    List<ModuleNode> rows = model.graph().root().children().get(0).children();
    assertThat(rows).extracting(ModuleNode::type).startsWith("Conv", "Sequential", "C3");
    assertThat(rows.get(1).children()).extracting(ModuleNode::name).containsExactly("0", "1");
    assertThat(model.rows().get(2).arguments()).containsExactly(8L, 8L, 2L);
  }

  @Test
  void build_from_countsBackOrFromTheStart() {
    Model model =
        build(
            ANCHORS,
            "[-1, 1, Conv, [8, 1]]",
            "[-2, 1, Conv, [16, 1]]",
            "[[-1, 0], 1, Concat, [1]]",
            DETECT);
    // Row 1 counts back to the image.
    assertThat(node(model, "model.1.conv").inputs()).containsExactly(0);
    assertThat(node(model, "model.2").shape()).isEqualTo(Shape.of(1, 24, 256, 256));
    assertThat(model.savedRows()).containsExactly(0);
  }

  @Test
  void build_strides_orderTheAnchors() {
    // Levels are written from the coarse one to the fine one, anchors from small to large.
    Model model =
        build(
            "nc: 1\nanchors: [[1, 2], [30, 40]]\n",
            "[-1, 1, Conv, [8, 3, 2]]",
            "[-1, 1, Conv, [8, 3, 2]]",
            "[[1, 0], 1, Detect, [nc, anchors]]");
    assertThat(model.head().levels().get(0).stride()).isEqualTo(4);
    assertThat(model.head().levels().get(0).anchors()).containsExactly(new Anchor(30, 40));
    assertThat(model.head().levels().get(1).anchors()).containsExactly(new Anchor(1, 2));
    assertThat(model.graphFor(2, 64, 96).node(0).shape()).isEqualTo(Shape.of(2, 3, 64, 96));
  }

  // Errors

  @Test
  void build_unknownModule_listsTheKnown() {
    assertError("[-1, 1, Convv, [8]]", DETECT)
        .hasMessageStartingWith(
            "test.yaml: row 0 [-1, 1, Convv, [8]]: unknown module Convv; known are Bottleneck, BottleneckCSP, C3, C3Ghost, ")
        .hasMessageContaining("MobileNetV3_SE")
        .hasMessageEndingWith("nn.ZeroPad2d");
  }

  @Test
  void build_fromAheadOrBeforeTheStart_namesTheRow() {
    assertError("[-1, 1, Conv, [8]]", "[1, 1, Conv, [8]]", DETECT)
        .hasMessage(
            "test.yaml: row 1 [1, 1, Conv, [8]]: from 1 must point to an earlier row: negative, or an index below 1");
    assertError("[-3, 1, Conv, [8]]", DETECT)
        .hasMessage(
            "test.yaml: row 0 [-3, 1, Conv, [8]]: from -3 must point to an earlier row: negative, or an index below 0");
    assertError("[[0, 1], 1, Detect, [nc, anchors]]", "[-1, 1, Conv, [8]]", DETECT)
        .hasMessageStartingWith("test.yaml: row 0 [[0, 1], 1, Detect, ['nc', 'anchors']]: from 0");
  }

  @Test
  void build_fromMinusOneInTheFirstRow_isTheImage() {
    assertThat(build(ANCHORS, "[-1, 1, Conv, [8]]", DETECT).graph().node(1).inputs())
        .containsExactly(0);
  }

  @Test
  void build_fromADetectionHead_isRefused() {
    assertThatThrownBy(
            () ->
                build(
                    "anchors: [[1, 2], [3, 4]]\n",
                    "[-1, 1, Conv, [8, 3, 2]]",
                    "[-1, 1, Conv, [8, 3, 2]]",
                    "[[0, 1], 1, Detect, [nc, anchors]]",
                    DETECT))
        .hasMessage(
            "test.yaml: row 3 [-1, 1, Detect, ['nc', 'anchors']]: from -1 points to a detection head");
  }

  @Test
  void build_channelsDoNotFit_namesRowAndModule() {
    assertError("[-1, 1, Conv, [8]]", "[-1, 1, nn.Conv2d, [16, 8, 1]]", DETECT)
        .hasMessage(
            "test.yaml: row 1 [-1, 1, nn.Conv2d, [16, 8, 1]]: module model.1: Conv2d expects 16 input channels, got 8 (input [1,8,256,256])");
    assertError("[-1, 1, Conv, [8, 3, 2]]", "[[0, -2], 1, Concat, [1]]", DETECT)
        .hasMessage(
            "test.yaml: row 1 [[0, -2], 1, Concat, [1]]: module model.1: Concat inputs must agree in all dimensions but 1, got [[1,8,128,128], [1,3,256,256]]");
    assertError("[-1, 1, Conv, [10, 1, 1, 0, 4]]", DETECT)
        .hasMessage(
            "test.yaml: row 0 [-1, 1, Conv, [10, 1, 1, 0, 4]]: groups of a convolution must divide input and output channels, got groups 4 for 3 → 16 channels");
    assertError("[[-1, -1], 1, Conv, [8]]", DETECT)
        .hasMessage("test.yaml: row 0 [[-1, -1], 1, Conv, [8]]: the module takes 1 input, got 2");
  }

  @Test
  void build_argumentsDoNotFit_namesTheArgument() {
    assertError("[-1, 1, Conv, []]", DETECT)
        .hasMessage(
            "test.yaml: row 0 [-1, 1, Conv, []]: Conv: argument 0 (output channels) must be a whole number, it is missing in []");
    assertError("[-1, 1, Conv, [8, wide]]", DETECT)
        .hasMessage(
            "test.yaml: row 0 [-1, 1, Conv, [8, 'wide']]: Conv: argument 2 (k) must be a whole number, got 'wide' in [3, 8, 'wide']");
    assertError("[-1, 1, nn.Upsample, [64, 2]]", DETECT)
        .hasMessageEndingWith(
            "nn.Upsample: a fixed size is not supported, give None and a scale factor; got size 64");
    assertError("[-1, 1, nn.Upsample, [None, 2, 'bilinear']]", DETECT)
        .hasMessageEndingWith("nn.Upsample: mode must be 'nearest', got 'bilinear'");
    assertError("[-1, 1, nn.ZeroPad2d, [[1, 2]]]", DETECT)
        .hasMessageEndingWith(
            "nn.ZeroPad2d: padding must be a number or [left, right, top, bottom], got [1, 2]");
    assertError("[-1, 1, nn.ConvTranspose2d, [3, 8, 2, 2, 0, 1]]", DETECT)
        .hasMessageEndingWith("nn.ConvTranspose2d: output_padding must be 0, got 1");
    assertError("[-1, 1, Sum, [2]]", DETECT).hasMessageEndingWith("Sum takes 2 inputs, got 1");
    assertError("[-1, 1, MixConv2d, [8, []]]", DETECT)
        .hasMessageEndingWith("MixConv2d needs at least one kernel size, got []");
    assertError("[-1, 1, Conv, [8, 1, 1, 0, 1, 'Swash']]", DETECT)
        .hasMessageEndingWith(
            "unknown activation 'Swash'; known are Identity, ReLU, ReLU6, LeakyReLU, Sigmoid, SiLU, Hardsigmoid, Hardswish");
  }

  @Test
  void build_lastRowIsNotDetect_isRefused() {
    String expected = "test.yaml: the last row must be a Detect module";
    assertError("[-1, 1, Conv, [8]]").hasMessage(expected);
    assertThatThrownBy(() -> build(ANCHORS)).hasMessage(expected);
  }

  @Test
  void build_anchorsDoNotFitTheInputs_isRefused() {
    assertError("[-1, 1, Conv, [8]]", "[[0, 0], 1, Detect, [nc, anchors]]")
        .hasMessage(
            "test.yaml: row 1 [[0, 0], 1, Detect, ['nc', 'anchors']]: Detect needs as many levels of anchors as inputs, got 1 levels for 2 inputs");
    assertError("[-1, 1, Conv, [8]]", "[[0, 0], 1, Detect, [nc, [[1, 2], [1, 2, 3, 4]]]]")
        .hasMessage(
            "test.yaml: row 1 [[0, 0], 1, Detect, ['nc', [[1, 2], [1, 2, 3, 4]]]]: anchors: every level must hold 2 numbers (width and height of 1 anchors), got [1, 2, 3, 4]");
  }

  @Test
  void build_gridDoesNotDivideTheImage_isRefused() {
    assertError("[-1, 1, nn.ZeroPad2d, [1]]", DETECT)
        .hasMessage(
            "test.yaml: row 1 [-1, 1, Detect, ['nc', 'anchors']]: the grid of a detection level must divide an image of 256x256, got 258x258");
  }

  @Test
  void build_hostileNumbers_areErrorsOfTheRow() {
    assertError("[-1, 1000000000, Conv, [8]]", DETECT)
        .hasMessageEndingWith("a module can be repeated at most 1000 times, got 1000000000");
    assertError("[-1, 1, Conv, [2147483647]]", DETECT)
        .hasMessageContaining("test.yaml: row 0 ")
        .hasMessageContaining("argument 1 (c2) must be a whole number, got 2147483648");
    assertError("[-1, 1, Conv, [2000000000]]", "[-1, 1, Conv, [2000000000, 65536]]", DETECT)
        .hasMessageContaining("test.yaml: row 1 ")
        .hasMessageContaining("the number of elements must be below 2^63");
    assertError("[-1, 1, Conv, [8]]", "[-1, 1, TransformerBlock, [8, 2, 1000000000]]", DETECT)
        .hasMessageEndingWith("a transformer block can have at most 1000 layers, got 1000000000");
    assertError("[-1, 1, Expand, [65536]]", DETECT)
        .hasMessageEndingWith("gain² = 4294967296 must divide the channels of input [1,3,256,256]");
  }

  // Modules

  @Test
  void build_bothSpellingsOfMobileNet_giveTheSameGraph() {
    Model plain = mobileNet("");
    Model prefixed = mobileNet("MobileNetV3_");
    assertThat(plain.graph().toText()).isEqualTo(prefixed.graph().toText());
    assertThat(plain.graph().root()).isEqualTo(prefixed.graph().root());
  }

  private static Model mobileNet(String prefix) {
    return build(
        ANCHORS,
        "[-1, 1, %sFirstLayer, [16, 3, 2]]".formatted(prefix),
        "[-1, 1, %sInvertedResidual, [16, 3, 16, True, False, 2]]".formatted(prefix),
        "[-1, 1, %sSE, []]".formatted(prefix),
        "[-1, 1, %sConvBNACT, [24, 1]]".formatted(prefix),
        DETECT);
  }

  @Test
  void build_modulesOfPyTorch_takeTheirOwnArguments() {
    Model model =
        build(
            ANCHORS,
            "[-1, 1, nn.Conv2d, [3, 8, 3, 2, 1]]",
            "[-1, 1, nn.BatchNorm2d, []]",
            "[-1, 1, nn.ConvTranspose2d, [8, 16, 2, 2]]",
            "[-1, 1, nn.MaxPool2d, [3, 2, 1]]",
            "[-1, 1, nn.ZeroPad2d, [[0, 1, 2, 3]]]",
            "[-1, 1, nn.Conv2d, [16, 8, [6, 2], 1, 0, 1, 1, False]]",
            DETECT);
    assertThat(texts(model, 6))
        .containsExactly(
            "Conv2d 3→8 k3 s2 p1 bias [1,8,128,128]",
            "BatchNorm 8 eps 0.001 [1,8,128,128]",
            "ConvTranspose2d 8→16 k2 s2 p0 bias [1,16,256,256]",
            "MaxPool k3 s2 p1 [1,16,128,128]",
            "ZeroPad left 0 right 1 top 2 bottom 3 [1,16,133,129]",
            "Conv2d 16→8 k6x2 s1 p0 [1,8,128,128]");
    assertThat(model.graph().parameters())
        .extracting(Parameter::name)
        .startsWith("model.0.weight", "model.0.bias", "model.1.weight");
  }

  @Test
  void build_contractAndExpand_moveChannels() {
    Model model = build(ANCHORS, "[-1, 1, Contract, [4]]", "[-1, 1, Expand, []]", DETECT);
    assertThat(texts(model, 2))
        .containsExactly("SpaceToDepth x4 [1,48,64,64]", "DepthToSpace x2 [1,12,128,128]");
  }

  @Test
  void build_transformerBlock_isScaled() {
    Model model = build(ANCHORS, "[-1, 1, TransformerBlock, [8, 2, 1]]", DETECT);
    assertThat(model.graph().parameters())
        .extracting(Parameter::name)
        .contains(
            "model.0.conv.conv.weight", "model.0.linear.bias", "model.0.tr.0.ma.in_proj_weight");
    // Conv 3·8 + 16, linear 64 + 8, q, k, v, fc1, fc2 of 64, attention 192 + 24 + 64 + 8.
    assertThat(model.rows().get(0).parameters()).isEqualTo(40 + 72 + 5 * 64 + 288);
  }

  @Test
  void build_weightedSum_readsOneParameterBySeveralOperations() {
    Model model =
        build(
            ANCHORS,
            "[-1, 1, Conv, [8]]",
            "[-1, 1, Conv, [8]]",
            "[[0, 1, 1], 1, Sum, [3, True]]",
            DETECT);
    assertThat(model.rows().get(2).parameters()).isEqualTo(2);
    assertThat(model.graph().nodes())
        .filteredOn(node -> node.parameters().contains("model.2.w"))
        .extracting(node -> node.op().text())
        .containsExactly("LearnedScale 0 of 2", "LearnedScale 1 of 2");
  }

  @Test
  void build_activationAsText_isUsed() {
    Model model = build(ANCHORS, "[-1, 1, Conv, [8, 1, 1, None, 1, 'relu']]", DETECT);
    assertThat(node(model, "model.0.act").op()).isEqualTo(new Activation(Activation.Kind.RELU));
    Model none = build(ANCHORS, "[-1, 1, Conv, [8, 1, 1, None, 1, False]]", DETECT);
    assertThat(node(none, "model.0.act").moduleType()).isEqualTo("Identity");
  }

  @Test
  void build_moduleOfAUser_isCountedAndNamed() {
    ModuleRegistry registry =
        ModuleRegistry.standard().with(ModuleType.scaled("MyBlock", ModelBuilderTest::myBlock));
    Model model =
        new ModelBuilder(registry)
            .build(
                description(
                    "nc: 1\nwidth_multiple: 0.5\n" + ANCHORS,
                    "[-1, 1, Conv, [32, 3, 2]]",
                    "[-1, 2, MyBlock, [32, 5]]",
                    DETECT));
    Graph graph = model.graph();
    assertThat(model.rows().get(1).arguments()).containsExactly(16L, 16L, 5L);
    // Depthwise 16·25, batch norm 32, gate 16·16 + 16; twice.
    assertThat(model.rows().get(1).parameters()).isEqualTo(2 * (400 + 32 + 272));
    assertThat(graph.parameters())
        .extracting(Parameter::name)
        .contains("model.1.0.dw.weight", "model.1.0.bn.running_var", "model.1.1.gate.bias");
    assertThat(graph.root().walk().filter(module -> module.type().equals("MyBlock"))).hasSize(2);
    assertThat(SummaryText.YOLOV5_V6.text(ModelSummary.of(model, 640, 640, false)))
        .contains("  1                -1  2      1408  MyBlock ");
    assertThatThrownBy(() -> registry.with(ModuleType.unscaled("Conv", ModelBuilderTest::myBlock)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a module named Conv is registered already");
    assertThat(ModuleRegistry.standard().find("MyBlock")).isEmpty();
    assertThat(registry.names()).contains("MyBlock", "Conv");
  }

  /** A gated depthwise convolution, added to its input. */
  private static Layer myBlock(ModuleScope scope, Arguments args) {
    int channels = args.integer(1, "c2");
    Layer depthwise =
        scope.conv2d(
            "dw", Conv2d.of(channels, channels, args.integer(2, "k")).withGroups(channels));
    Layer norm = scope.batchNorm("bn", channels);
    Layer gate = scope.conv2d("gate", Conv2d.of(channels, channels, 1).withBias(true));
    return Layer.of(
        x -> {
          Value y = norm.apply(depthwise.apply(x));
          Value open = gate.apply(scope.emit(new GlobalAveragePool(), y));
          Value sigmoid = scope.emit(new Activation(Activation.Kind.SIGMOID), open);
          return scope.emit(new Add(), x, scope.emit(new Multiply(), y, sigmoid));
        });
  }

  private static List<String> texts(Model model, int rows) {
    return model.graph().nodes().stream()
        .skip(1)
        .limit(rows)
        .map(node -> node.op().text() + " " + node.shape())
        .toList();
  }

  private static Node node(Model model, String path) {
    return model.graph().nodes().stream()
        .filter(node -> node.modulePath().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static ModelDescription description(String head, String... rows) {
    DescriptionReader reader = new DescriptionReader("test.yaml");
    String listed = rows.length == 0 ? " []\n" : "\n - " + String.join("\n - ", rows) + "\n";
    return reader.read(reader.parse(head + "backbone: []\nhead:" + listed));
  }

  private static Model build(String head, String... rows) {
    return Model.of(description(head, rows));
  }

  private static AbstractThrowableAssert<?, ?> assertError(String... rows) {
    return assertThatThrownBy(() -> build(ANCHORS, rows)).isInstanceOf(ModelException.class);
  }
}
