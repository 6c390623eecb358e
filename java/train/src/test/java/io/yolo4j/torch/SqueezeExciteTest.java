package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SqueezeExcitePattern;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operation by itself, against LibTorch's in float64, and networks with it. */
class SqueezeExciteTest {
  private static final Shape SHAPE = Shape.of(3, 24, 9, 7);
  private static final int SQUEEZED = 8;

  /** SiLU and sigmoid, which have a derivative everywhere. */
  private static final long[] FUNCTIONS = {3, 6};

  private static final List<String> RESULTS =
      List.of("y", "dx", "dsqueeze", "dsqueezebias", "dexcite", "dexcitebias");

  /** Blocks of squeeze and excite in the MobileNetV3-small backbone. */
  private static final int BLOCKS = 9;

  @BeforeEach
  void isThere() {
    assumeTrue(
        Loader.getPlatform().equals("linux-x86_64") && NativeLibrary.load().isa() != Isa.SCALAR,
        "skipped: no squeeze and excite kernels on " + Loader.getPlatform());
    // Registers the operation, which run() expects.
    assertThat(SqueezeExcite.isAvailable()).as(SqueezeExcite.status()).isTrue();
  }

  @Test
  void isAvailable_onThisPlatform_selfTestPasses() {
    assertThat(SqueezeExcite.status())
        .matches("in one operation, instruction set avx(2|512), self-test passed");
  }

  /** Largest error relative to the largest value of each result. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_float32_isWithin5e6OfFloat64(boolean expanded) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> ours = results(ScalarType.Float, expanded, true);
      List<Tensor> exact = results(ScalarType.Double, expanded, false);
      for (int i = 0; i < RESULTS.size(); i++) {
        Tensor error = ours.get(i).to(ScalarType.Double).sub(exact.get(i)).abs().max();
        assertThat(error.item_double() / exact.get(i).abs().max().item_double())
            .as(RESULTS.get(i))
            .isLessThan(5e-6);
      }
    }
  }

  private static List<Tensor> results(ScalarType type, boolean expanded, boolean ours) {
    Tensor x = leaf(SHAPE, 1, type);
    Tensor squeeze = leaf(Shape.of(SQUEEZED, 24, 1, 1), 2, type);
    Tensor squeezeBias = leaf(Shape.of(SQUEEZED), 3, type);
    Tensor excite = leaf(Shape.of(24, SQUEEZED, 1, 1), 4, type);
    Tensor exciteBias = leaf(Shape.of(24), 5, type);
    Tensor y =
        ours
            ? SqueezeExcite.run(
                x,
                new SqueezeExcite.Weights(squeeze, squeezeBias, excite, exciteBias),
                SQUEEZED,
                FUNCTIONS)
            : x.mul(
                product(
                        torch.silu(
                            product(
                                torch.adaptive_avg_pool2d(x, new long[] {1, 1}),
                                squeeze,
                                squeezeBias)),
                        excite,
                        exciteBias)
                    .sigmoid());
    Tensor gradient =
        expanded
            ? torch.ones_like(y.sum()).expand(y.size(0), y.size(1), y.size(2), y.size(3))
            : SelfTestTensors.random(SHAPE, 6).to(type);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return new ArrayList<>(
        List.of(
            y.detach(),
            x.grad(),
            squeeze.grad(),
            squeezeBias.grad(),
            excite.grad(),
            exciteBias.grad()));
  }

  private static Tensor product(Tensor x, Tensor weight, Tensor bias) {
    long[] one = {1, 1};
    return torch.conv2d(x, weight, new TensorOptional(bias), one, new long[] {0, 0}, one, 1);
  }

  private static Tensor leaf(Shape shape, long seed, ScalarType type) {
    // Small, so that the gates stay away from their ends.
    Tensor values = SelfTestTensors.random(shape, seed).mul(new Scalar(0.3)).to(type);
    Tensor placed = values.dim() == 4 ? values.contiguous(torch.MemoryFormat.ChannelsLast) : values;
    Tensor leaf = placed.detach();
    leaf.set_requires_grad(true);
    return leaf;
  }

  @Test
  void takes_otherTypesAndLayouts_isFalse() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = SelfTestTensors.random(SHAPE, 1);
      assertThat(SqueezeExcite.takes(x)).isTrue();
      assertThat(SqueezeExcite.takes(x.contiguous(torch.MemoryFormat.ChannelsLast))).isTrue();
      assertThat(SqueezeExcite.takes(x.to(ScalarType.BFloat16))).isTrue();
      assertThat(SqueezeExcite.takes(x.to(ScalarType.Double))).isFalse();
      assertThat(SqueezeExcite.takes(x.narrow(1, 0, 12))).as("a part").isFalse();
    }
  }

  @Test
  void pattern_mobileNet_hasNineBlocks() {
    Map<Integer, SqueezeExcitePattern> blocks = SqueezeExcitePattern.all(mobileNet());
    assertThat(blocks).hasSize(BLOCKS);
    assertThat(blocks.values())
        .allMatch(block -> block.gate().op().equals(new Activation(Activation.Kind.HARDSIGMOID)));
    assertThat(SqueezeExcitePattern.all(Model.of(Zoo.find("yolov5n").orElseThrow()).graph()))
        .isEmpty();
  }

  private static Graph mobileNet() {
    return Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow().withClasses(2)).graph();
  }

  @Test
  void network_withTheKernels_agreesWithLibTorchInEvaluationAndTraining() {
    Graph graph = mobileNet();
    StateDict state = Initializer.initialize(graph, 0);
    long before = FusedKernels.squeezeExciteRuns(false);
    long backwards = FusedKernels.squeezeExciteRuns(true);
    List<float[]> ours = results(graph, state, true);
    assertThat(FusedKernels.squeezeExciteRuns(false)).isEqualTo(before + 3 * BLOCKS);
    assertThat(FusedKernels.squeezeExciteRuns(true)).isEqualTo(backwards + BLOCKS);
    List<float[]> plain = results(graph, state, false);
    assertThat(FusedKernels.squeezeExciteRuns(false)).isEqualTo(before + 3 * BLOCKS);
    RelativeError.assertBelow(1e-3, ours, plain);
  }

  /**
   * Heads of a frozen network, then of a trainable one in evaluation and in training; the gradients
   * of the first block's four parameters.
   */
  private static List<float[]> results(Graph graph, StateDict state, boolean kernels) {
    TorchOptions options = TorchOptions.defaults().withOwnKernels(kernels);
    List<float[]> results = new ArrayList<>();
    try (TorchNetwork frozen = TorchNetwork.frozen(graph, state, options);
        TorchNetwork network = TorchNetwork.trainable(graph, state, options);
        TorchScope scope = TorchScope.open()) {
      Tensor images = SelfTestTensors.random(Shape.of(2, 3, 64, 64), 5);
      add(frozen.forward(List.of(images), false), results);
      add(network.forward(List.of(images), false), results);
      List<Tensor> heads = network.forward(List.of(images), true);
      add(heads, results);
      heads.get(0).sum().add(heads.get(1).sum()).add(heads.get(2).sum()).backward();
      network.parameters().entrySet().stream()
          .filter(entry -> entry.getKey().contains(".fc"))
          .limit(4)
          .forEach(entry -> results.add(TensorTransfer.toHost(entry.getValue().grad()).toFloats()));
    }
    return results;
  }

  private static void add(List<Tensor> heads, List<float[]> results) {
    heads.forEach(head -> results.add(TensorTransfer.toHost(head.detach()).toFloats()));
  }

  @Test
  void run_forwardAndBackwardManyTimes_leavesNoNativeMemory() {
    steps(2);
    long pointers = NativePointers.settled();
    steps(50);
    assertThat(Pointer.totalCount()).isEqualTo(pointers);
  }

  private static void steps(int count) {
    for (int i = 0; i < count; i++) {
      try (TorchScope scope = TorchScope.open()) {
        results(ScalarType.Float, false, true);
      }
    }
  }
}
