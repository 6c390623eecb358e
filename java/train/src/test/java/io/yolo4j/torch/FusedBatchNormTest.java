package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.testing.ChildJvm;
import io.yolo4j.torch.TorchOptions.Layout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Loader;
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
import org.junit.jupiter.params.provider.EnumSource;

/** The operation by itself, against LibTorch's batch norm and activation in float64. */
class FusedBatchNormTest {
  private static final Shape SHAPE = Shape.of(4, 24, 13, 11);

  /** The results of a forward and a backward run, in this order. */
  private static final List<String> RESULTS =
      List.of("y", "running mean", "running variance", "dx", "dweight", "dbias");

  /** A way to compute activation(batch norm(x)). */
  private interface Norm {
    Tensor run(Tensor x, FusedBatchNorm.Parameters parameters);
  }

  @BeforeEach
  void isThere() {
    assumeTrue(
        Loader.getPlatform().equals("linux-x86_64") && NativeLibrary.load().isa() != Isa.SCALAR,
        "skipped: no fused batch norm on " + Loader.getPlatform());
  }

  @Test
  void isAvailable_onThisPlatform_selfTestPasses() {
    assertThat(FusedBatchNorm.isAvailable()).as(FusedBatchNorm.status()).isTrue();
    assertThat(FusedBatchNorm.status())
        .matches("fused with activations, instruction set avx(2|512), self-test passed");
  }

  @Test
  void status_scalarKernels_saysWhyAndUsesLibTorch() throws IOException, InterruptedException {
    assertThat(ChildJvm.run(PrintFused.class, Map.of("YOLO4J_ISA", "scalar")))
        .isEqualTo(
            "false LibTorch's own operations: the scalar kernels are slower than LibTorch's operations");
  }

  /** Largest error relative to the largest value of each result. */
  @ParameterizedTest
  @CsvSource({
    "CONTIGUOUS,IDENTITY",
    "CONTIGUOUS,RELU",
    "CONTIGUOUS,RELU6",
    "CONTIGUOUS,SILU",
    "CONTIGUOUS,HARDSWISH",
    "CHANNELS_LAST,IDENTITY",
    "CHANNELS_LAST,RELU",
    "CHANNELS_LAST,RELU6",
    "CHANNELS_LAST,SILU",
    "CHANNELS_LAST,HARDSWISH"
  })
  void run_float32_isWithin2e6OfFloat64(Layout layout, Activation.Kind activation) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = placed(random(SHAPE, 1), ScalarType.Float, layout);
      Tensor gradient = placed(random(SHAPE, 2), ScalarType.Float, layout);
      List<Tensor> fused = results(x, gradient, ScalarType.Float, fused(activation));
      List<Tensor> exact = results(wide(x), wide(gradient), ScalarType.Double, plain(activation));
      for (int i = 0; i < RESULTS.size(); i++) {
        Tensor error = wide(fused.get(i)).sub(exact.get(i)).abs().max();
        assertThat(error.item_double() / exact.get(i).abs().max().item_double())
            .as(RESULTS.get(i))
            .isLessThan(2e-6);
      }
    }
  }

  /** Norms of the errors: nothing may be worse than LibTorch's own bfloat16. */
  @ParameterizedTest
  @CsvSource({
    "CONTIGUOUS,IDENTITY",
    "CONTIGUOUS,SILU",
    "CHANNELS_LAST,IDENTITY",
    "CHANNELS_LAST,RELU",
    "CHANNELS_LAST,RELU6",
    "CHANNELS_LAST,SILU",
    "CHANNELS_LAST,HARDSWISH"
  })
  void run_bfloat16_isAtLeastAsNearToFloat64AsLibTorch(Layout layout, Activation.Kind activation) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = placed(random(SHAPE, 1), ScalarType.BFloat16, layout);
      Tensor gradient = placed(random(SHAPE, 2), ScalarType.BFloat16, layout);
      List<Tensor> fused = results(x, gradient, ScalarType.Float, fused(activation));
      List<Tensor> plain = results(x, gradient, ScalarType.Float, plain(activation));
      List<Tensor> exact = results(wide(x), wide(gradient), ScalarType.Double, plain(activation));
      assertThat(fused.get(0).scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      assertThat(fused.get(3).scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      for (int i = 0; i < RESULTS.size(); i++) {
        double norm = exact.get(i).norm().item_double();
        double ours = wide(fused.get(i)).sub(exact.get(i)).norm().item_double() / norm;
        double theirs = wide(plain.get(i)).sub(exact.get(i)).norm().item_double() / norm;
        assertThat(ours).as(RESULTS.get(i)).isLessThanOrEqualTo(1.01 * theirs + 1e-6);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void run_result_keepsLayoutAndType(Layout layout) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = placed(random(SHAPE, 1), ScalarType.BFloat16, layout);
      Tensor y = fused(Activation.Kind.SILU).run(x, parameters(ScalarType.Float));
      assertThat(y.is_contiguous(torch.MemoryFormat.ChannelsLast))
          .isEqualTo(layout == Layout.CHANNELS_LAST);
      assertThat(y.is_contiguous()).isEqualTo(layout == Layout.CONTIGUOUS);
      assertThat(TensorTransfer.shape(y)).isEqualTo(SHAPE);
    }
  }

  /** What native/batch_norm/README.md says of LibTorch, and its test of the kernels. */
  @Test
  void derivativesOfLibTorch_atKinks_areThoseOfTheKernels() {
    try (TorchScope scope = TorchScope.open()) {
      Shape two = Shape.of(2);
      assertThat(derivatives(Activation.Kind.RELU, 0, -0f, two)).containsExactly(0, 0);
      assertThat(derivatives(Activation.Kind.RELU6, 0, 6, two)).containsExactly(0, 0);
      assertThat(derivatives(Activation.Kind.HARDSWISH, -3, 3, two)).containsExactly(0, 1);
    }
  }

  private static float[] derivatives(Activation.Kind kind, float first, float second, Shape two) {
    Tensor u = TensorTransfer.toTorch(new float[] {first, second}, two);
    u.set_requires_grad(true);
    activate(kind, u).sum().backward();
    return TensorTransfer.toHost(u.grad()).toFloats();
  }

  @Test
  void run_anyNumberOfThreads_givesTheSameBits() {
    int before = TorchLibrary.threads();
    try (TorchScope scope = TorchScope.open()) {
      Shape large = Shape.of(4, 16, 60, 61);
      Tensor x = placed(random(large, 1), ScalarType.Float, Layout.CHANNELS_LAST);
      Tensor gradient = placed(random(large, 2), ScalarType.Float, Layout.CHANNELS_LAST);
      TorchLibrary.threads(1);
      List<Tensor> one = results(x, gradient, ScalarType.Float, fused(Activation.Kind.SILU));
      TorchLibrary.threads(2);
      List<Tensor> two = results(x, gradient, ScalarType.Float, fused(Activation.Kind.SILU));
      for (int i = 0; i < RESULTS.size(); i++) {
        assertThat(torch.equal(one.get(i), two.get(i))).as(RESULTS.get(i)).isTrue();
      }
    } finally {
      TorchLibrary.threads(before);
    }
  }

  @Test
  void backward_twiceOverARetainedGraph_accumulates() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor gradient = placed(random(SHAPE, 2), ScalarType.Float, Layout.CONTIGUOUS);
      Tensor x = placed(random(SHAPE, 1), ScalarType.Float, Layout.CONTIGUOUS);
      x.set_requires_grad(true);
      Tensor y = fused(Activation.Kind.SILU).run(x, parameters(ScalarType.Float));
      y.backward(gradient, new BoolOptional(true), false, new TensorArrayRefOptional());
      Tensor once = x.grad().clone();
      y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      assertThat(torch.equal(x.grad(), once.add(once))).isTrue();
    }
  }

  @Test
  void takes_otherTypesAndStrides_isFalse() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = random(SHAPE, 1);
      assertThat(FusedBatchNorm.takes(x)).isTrue();
      assertThat(FusedBatchNorm.takes(x.to(ScalarType.Double))).as("float64").isFalse();
      assertThat(FusedBatchNorm.takes(x.transpose(2, 3))).as("transposed").isFalse();
      assertThat(FusedBatchNorm.takes(x.narrow(1, 0, 12))).as("some channels").isFalse();
      assertThat(FusedBatchNorm.takes(x.flatten(2, 3))).as("three dimensions").isFalse();
      assertThat(FusedBatchNorm.takes(x.narrow(0, 0, 0))).as("no image").isFalse();
    }
  }

  @Test
  void operation_stridesItCannotTake_areRefused() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = random(SHAPE, 1).transpose(2, 3);
      assertThatThrownBy(() -> fused(Activation.Kind.SILU).run(x, parameters(ScalarType.Float)))
          .isInstanceOf(RuntimeException.class)
          .hasMessageContaining(
              "fused batch norm: x must be dense in NCHW or NHWC, got strides [3432,143,1,11]");
    }
  }

  @Test
  void operation_inferenceMode_isRefused() {
    try (TorchScope scope = TorchScope.open()) {
      FusedBatchNorm.Parameters p = parameters(ScalarType.Float);
      Tensor x = random(SHAPE, 1);
      assertThatThrownBy(
              () ->
                  torch.cudnn_batch_norm(
                      x, p.weight(), p.bias(), p.mean(), p.variance(), false, 0.03, 1e-3))
          .hasMessageContaining("fused batch norm: only training is implemented");
    }
  }

  @Test
  void operation_unknownActivation_isRefused() {
    try (TorchScope scope = TorchScope.open()) {
      FusedBatchNorm.Parameters p = parameters(ScalarType.Float);
      Tensor x = random(SHAPE, 1);
      assertThatThrownBy(
              () ->
                  torch.cudnn_batch_norm(
                      x, p.weight(), p.bias(), p.mean(), p.variance(), true, 0.03 + 2 * 5, 1e-3))
          .hasMessageContaining("activation must be from 0 to 4, got 5");
    }
  }

  @Test
  void run_activationItDoesNotKnow_isRefused() {
    try (TorchScope scope = TorchScope.open()) {
      assertThat(FusedBatchNorm.knows(Activation.Kind.LEAKY_RELU)).isFalse();
      Tensor x = random(SHAPE, 1);
      assertThatThrownBy(
              () -> fused(Activation.Kind.LEAKY_RELU).run(x, parameters(ScalarType.Float)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no fused batch norm with LEAKY_RELU");
    }
  }

  private static Norm fused(Activation.Kind activation) {
    FusedBatchNorm.isAvailable();
    return (x, p) -> FusedBatchNorm.run(x, p, activation, 0.03, 1e-3);
  }

  private static Norm plain(Activation.Kind activation) {
    return (x, p) -> {
      Tensor u =
          torch.batch_norm(
              x,
              new TensorOptional(p.weight()),
              p.bias(),
              p.mean(),
              p.variance(),
              true,
              0.03,
              1e-3,
              true);
      return activate(activation, u);
    };
  }

  private static Tensor activate(Activation.Kind kind, Tensor u) {
    return switch (kind) {
      case RELU -> torch.relu(u);
      case RELU6 -> torch.relu6(u);
      case SILU -> torch.silu(u);
      case HARDSWISH -> torch.hardswish(u);
      default -> u;
    };
  }

  /** Parameters so that u crosses every branch of every activation; the same at every call. */
  private static FusedBatchNorm.Parameters parameters(ScalarType type) {
    Shape vector = Shape.of(SHAPE.dim(1));
    return parameters(vector, type);
  }

  private static FusedBatchNorm.Parameters parameters(Shape vector, ScalarType type) {
    Tensor weight = random(vector, 3).to(type);
    Tensor bias = random(vector, 4).to(type);
    weight.set_requires_grad(true);
    bias.set_requires_grad(true);
    return new FusedBatchNorm.Parameters(
        weight,
        new TensorOptional(bias),
        new TensorOptional(random(vector, 5).to(type)),
        new TensorOptional(random(vector, 6).abs().to(type)));
  }

  private static List<Tensor> results(
      Tensor input, Tensor gradient, ScalarType parameterType, Norm norm) {
    FusedBatchNorm.Parameters p = parameters(Shape.of((int) input.size(1)), parameterType);
    Tensor x = input.detach();
    x.set_requires_grad(true);
    Tensor y = norm.run(x, p);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return new ArrayList<>(
        List.of(
            y.detach(),
            p.mean().get(),
            p.variance().get(),
            x.grad(),
            p.weight().grad(),
            p.bias().get().grad()));
  }

  private static Tensor wide(Tensor tensor) {
    return tensor.detach().to(ScalarType.Double);
  }

  private static Tensor placed(Tensor tensor, ScalarType type, Layout layout) {
    return tensor
        .to(type)
        .contiguous(
            layout == Layout.CHANNELS_LAST
                ? torch.MemoryFormat.ChannelsLast
                : torch.MemoryFormat.Contiguous);
  }

  private static Tensor random(Shape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.3 + 2 * random.nextGaussian());
    }
    return TensorTransfer.toTorch(values, shape);
  }
}
