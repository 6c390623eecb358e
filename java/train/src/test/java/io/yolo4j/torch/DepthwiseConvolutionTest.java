package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Size2;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.ChildJvm;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operation by itself, against LibTorch's in float64, and networks with it. */
class DepthwiseConvolutionTest {
  private static final Shape SHAPE = Shape.of(3, 24, 15, 14);
  private static final List<String> RESULTS = List.of("y", "dx", "dweight", "dbias");

  /** Gradients of y: as they come, or one number for all, whose strides are zeros. */
  private enum Gradient {
    DENSE,
    EXPANDED
  }

  @BeforeEach
  void isThere() {
    assumeTrue(
        Loader.getPlatform().equals("linux-x86_64") && NativeLibrary.load().isa() != Isa.SCALAR,
        "skipped: no depthwise kernels on " + Loader.getPlatform());
    // Registers the operation, which run() expects.
    assertThat(DepthwiseConvolution.isAvailable()).as(DepthwiseConvolution.status()).isTrue();
  }

  private static Conv2d op(int channels, int kernel, int stride, boolean bias) {
    return new Conv2d(
        channels,
        channels,
        Size2.square(kernel),
        Size2.square(stride),
        Size2.square(kernel / 2),
        Size2.square(1),
        channels,
        bias);
  }

  @Test
  void isAvailable_onThisPlatform_selfTestPasses() {
    assertThat(DepthwiseConvolution.status())
        .matches("3x3 and 5x5, instruction set avx(2|512), self-test passed");
  }

  @Test
  void status_scalarKernels_saysWhyAndUsesLibTorch() throws IOException, InterruptedException {
    assertThat(ChildJvm.run(PrintDepthwise.class, Map.of("YOLO4J_ISA", "scalar")))
        .isEqualTo(
            "false LibTorch's own operation: the scalar kernels are slower than LibTorch's operations");
  }

  /** Largest error relative to the largest value of each result. */
  @ParameterizedTest
  @CsvSource({"3,1,DENSE", "3,2,EXPANDED", "5,1,EXPANDED", "5,2,DENSE"})
  void run_float32_isWithin2e6OfFloat64(int kernel, int stride, Gradient gradient) {
    try (TorchScope scope = TorchScope.open()) {
      Conv2d op = op(24, kernel, stride, true);
      List<Tensor> ours = results(op, ScalarType.Float, gradient, true);
      List<Tensor> exact = results(op, ScalarType.Double, gradient, false);
      for (int i = 0; i < RESULTS.size(); i++) {
        Tensor error = ours.get(i).to(ScalarType.Double).sub(exact.get(i)).abs().max();
        assertThat(error.item_double() / exact.get(i).abs().max().item_double())
            .as(RESULTS.get(i))
            .isLessThan(2e-6);
      }
    }
  }

  /** x, weight and gradient are rounded in both. */
  private static List<Tensor> results(Conv2d op, ScalarType type, Gradient kind, boolean ours) {
    Tensor x = leaf(SelfTestTensors.random(SHAPE, 1).to(type));
    int kernel = op.kernel().height();
    Tensor weight =
        leaf(SelfTestTensors.random(Shape.of(op.groups(), 1, kernel, kernel), 2).to(type));
    Tensor bias = leaf(SelfTestTensors.random(Shape.of(op.groups()), 3).to(type));
    Tensor y = convolve(x, weight, new TensorOptional(bias), op, ours);
    Tensor gradient =
        kind == Gradient.EXPANDED
            ? torch.ones_like(y.sum()).expand(y.size(0), y.size(1), y.size(2), y.size(3))
            : SelfTestTensors.random(shape(y), 4).to(type);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return new ArrayList<>(List.of(y.detach(), x.grad(), weight.grad(), bias.grad()));
  }

  private static Tensor convolve(
      Tensor x, Tensor weight, TensorOptional bias, Conv2d op, boolean ours) {
    long[] stride = {op.stride().height(), op.stride().width()};
    long[] padding = {op.padding().height(), op.padding().width()};
    return ours
        ? DepthwiseConvolution.run(x, weight, bias, op)
        : torch.conv2d(x, weight, bias, stride, padding, new long[] {1, 1}, op.groups());
  }

  @Test
  void backward_frozenWeightOrInput_givesTheOtherGradientAlone() {
    try (TorchScope scope = TorchScope.open()) {
      Conv2d op = op(24, 3, 1, false);
      Tensor x = leaf(SelfTestTensors.random(SHAPE, 1));
      Tensor weight = leaf(SelfTestTensors.random(Shape.of(24, 1, 3, 3), 2));
      List<Tensor> both = gradients(x, weight, op);
      List<Tensor> input = gradients(leaf(x), weight.detach(), op);
      List<Tensor> weights = gradients(x.detach(), leaf(weight), op);
      assertThat(torch.equal(input.get(0), both.get(0))).isTrue();
      assertThat(input.get(1).defined()).isFalse();
      assertThat(weights.get(0).defined()).isFalse();
      assertThat(torch.equal(weights.get(1), both.get(1))).isTrue();
    }
  }

  private static List<Tensor> gradients(Tensor x, Tensor weight, Conv2d op) {
    DepthwiseConvolution.run(x, weight, new TensorOptional(), op).sum().backward();
    return List.of(x.grad(), weight.grad());
  }

  @Test
  void run_activationBehind_isItWithoutADerivative() {
    try (TorchScope scope = TorchScope.open()) {
      Conv2d op = op(24, 3, 1, true);
      Tensor x = placed(SelfTestTensors.random(SHAPE, 1));
      Tensor weight = SelfTestTensors.random(Shape.of(24, 1, 3, 3), 2);
      TensorOptional bias = new TensorOptional(SelfTestTensors.random(Shape.of(24), 3));
      Tensor plain = torch.hardswish(convolve(x, weight, bias, op, false));
      Tensor ours = DepthwiseConvolution.run(x, weight, bias, op, Activation.Kind.HARDSWISH);
      assertThat(torch.allclose(ours, plain, 1e-5, 1e-5, false)).isTrue();
      Tensor y =
          DepthwiseConvolution.run(leaf(x), weight, bias, op, Activation.Kind.HARDSWISH).sum();
      assertThatThrownBy(y::backward)
          .hasMessageContaining(
              "there is no gradient through an activation that was fused into it");
    }
  }

  @Test
  void knows_otherConvolutions_isFalse() {
    assertThat(DepthwiseConvolution.knows(op(24, 3, 2, false))).isTrue();
    assertThat(DepthwiseConvolution.knows(op(24, 7, 1, false))).as("7x7").isFalse();
    assertThat(DepthwiseConvolution.knows(op(24, 3, 3, false))).as("stride 3").isFalse();
    assertThat(DepthwiseConvolution.knows(Conv2d.of(24, 24, 3))).as("one group").isFalse();
    assertThat(DepthwiseConvolution.knows(Conv2d.of(1, 1, 3))).as("one channel").isFalse();
  }

  @Test
  void takes_otherTypesAndLayouts_isFalse() {
    try (TorchScope scope = TorchScope.open()) {
      Conv2d op = op(24, 3, 1, true);
      Tensor weight = SelfTestTensors.random(Shape.of(24, 1, 3, 3), 2);
      Tensor x = placed(SelfTestTensors.random(SHAPE, 1));
      Tensor half = x.to(ScalarType.BFloat16);
      Tensor halfWeight = weight.to(ScalarType.BFloat16);
      assertThat(DepthwiseConvolution.takes(x, weight, op, true)).isTrue();
      assertThat(DepthwiseConvolution.takes(x.contiguous(), weight, op, true)).isTrue();
      assertThat(DepthwiseConvolution.takes(half, weight, op, false)).as("two types").isFalse();
      assertThat(DepthwiseConvolution.takes(half, halfWeight, op, true)).as("a bias").isFalse();
      assertThat(DepthwiseConvolution.takes(half, halfWeight, op, false)).isTrue();
      assertThat(DepthwiseConvolution.takes(half, halfWeight, op(24, 3, 1, false), true)).isTrue();
      assertThat(DepthwiseConvolution.takes(x.narrow(1, 0, 12), weight, op, true)).isFalse();
    }
  }

  @Test
  void operation_whatItCannotTake_isRefused() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor weight = SelfTestTensors.random(Shape.of(24, 1, 3, 3), 2);
      Tensor contiguous = SelfTestTensors.random(SHAPE, 1);
      assertThatThrownBy(
              () ->
                  DepthwiseConvolution.run(
                      SelfTestTensors.random(Shape.of(3, 48, 15, 14), 1).narrow(1, 0, 24),
                      weight,
                      new TensorOptional(),
                      op(24, 3, 1, false)))
          .hasMessageContaining("depthwise convolution: x must be dense in NCHW or NHWC");
      Tensor seven = SelfTestTensors.random(Shape.of(24, 1, 7, 7), 2);
      assertThatThrownBy(
              () ->
                  DepthwiseConvolution.run(
                      placed(contiguous), seven, new TensorOptional(), op(24, 7, 1, false)))
          .hasMessageContaining("kernel must be 3 or 5 and stride 1 or 2, got 7 and 1");
    }
  }

  @Test
  void network_withTheKernels_agreesWithLibTorchInEvaluationAndTraining() {
    Graph graph =
        Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow().withClasses(2)).graph();
    StateDict state = Initializer.initialize(graph, 0);
    long before = FusedKernels.depthwiseRuns(false);
    long backwards = FusedKernels.depthwiseRuns(true);
    List<float[]> ours = heads(graph, state, true);
    assertThat(FusedKernels.depthwiseRuns(false)).isEqualTo(before + 2 * 11);
    assertThat(FusedKernels.depthwiseRuns(true)).isEqualTo(backwards + 11);
    List<float[]> plain = heads(graph, state, false);
    assertThat(FusedKernels.depthwiseRuns(false)).isEqualTo(before + 2 * 11);
    RelativeError.assertBelow(1e-3, ours, plain);
  }

  /** Heads in evaluation, then in training; the gradient of the first depthwise weight. */
  private static List<float[]> heads(Graph graph, StateDict state, boolean kernels) {
    TorchOptions options = TorchOptions.defaults().withOwnKernels(kernels);
    List<float[]> results = new ArrayList<>();
    try (TorchNetwork network = TorchNetwork.trainable(graph, state, options);
        TorchScope scope = TorchScope.open()) {
      Tensor images = SelfTestTensors.random(Shape.of(2, 3, 64, 64), 5);
      for (boolean training : new boolean[] {false, true}) {
        List<Tensor> heads = network.forward(List.of(images), training);
        heads.forEach(head -> results.add(TensorTransfer.toHost(head.detach()).toFloats()));
        if (training) {
          heads.get(0).sum().add(heads.get(1).sum()).add(heads.get(2).sum()).backward();
        }
      }
      network.parameters().values().stream()
          .filter(one -> one.dim() == 4 && one.size(1) == 1 && one.grad().defined())
          .limit(1)
          .forEach(one -> results.add(TensorTransfer.toHost(one.grad()).toFloats()));
    }
    return results;
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
        results(op(24, 5, 2, true), ScalarType.Float, Gradient.DENSE, true);
      }
    }
  }

  private static Tensor leaf(Tensor values) {
    Tensor detached = placed(values.detach()).detach();
    detached.set_requires_grad(true);
    return detached;
  }

  private static Tensor placed(Tensor tensor) {
    return tensor.dim() == 4 ? tensor.contiguous(torch.MemoryFormat.ChannelsLast) : tensor;
  }

  private static Shape shape(Tensor tensor) {
    return TensorTransfer.shape(tensor);
  }
}
