package io.yolo4j.torch;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.Arguments;
import io.yolo4j.model.ModuleRegistry;
import io.yolo4j.model.ModuleType;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The units of ShuffleNetV2, GhostNet and EfficientNet-lite against the same written down once more
 * from their papers in LibTorch's plain operations and float64: outputs with stored statistics,
 * outputs and gradients with the batch's.
 */
class BackboneModulesTest {
  private static final double EPSILON = 1e-3;

  /** A unit by its paper, in float64. */
  @FunctionalInterface
  private interface Unit {
    Tensor of(Plain plain, Tensor x);
  }

  /** Plain operations on a state's values. */
  private record Plain(StateDict state, boolean training) {
    Tensor value(String key) {
      return TensorTransfer.toTorch(state.get(key)).to(torch.ScalarType.Double);
    }

    Tensor conv(Tensor x, String key, int stride, int groups) {
      Tensor weight = value(key + ".weight");
      long pad = weight.size(2) / 2;
      TensorOptional bias =
          state.names().contains(key + ".bias")
              ? new TensorOptional(value(key + ".bias"))
              : new TensorOptional();
      long[] strides = {stride, stride};
      return torch.conv2d(
          x, weight, bias, strides, new long[] {pad, pad}, new long[] {1, 1}, groups);
    }

    Tensor norm(Tensor x, String key) {
      Tensor mean = training ? mean(x) : column(value(key + ".running_mean"));
      Tensor variance =
          training ? mean(x.sub(mean).mul(x.sub(mean))) : column(value(key + ".running_var"));
      Tensor root = variance.add(new Scalar(EPSILON)).sqrt();
      return x.sub(mean)
          .div(root)
          .mul(column(value(key + ".weight")))
          .add(column(value(key + ".bias")));
    }

    private static Tensor mean(Tensor x) {
      return x.mean(new long[] {0, 2, 3}, true, new ScalarTypeOptional());
    }

    private static Tensor column(Tensor values) {
      return values.reshape(1, -1, 1, 1);
    }

    Tensor ghost(Tensor x, String key, boolean active) {
      Tensor y = norm(conv(x, key + ".primary_conv.0", 1, 1), key + ".primary_conv.1");
      y = active ? torch.relu(y) : y;
      String cheap = key + ".cheap_operation";
      Tensor z = norm(conv(y, cheap + ".0", 1, (int) y.size(1)), cheap + ".1");
      return torch.cat(new TensorVector(y, active ? torch.relu(z) : z), 1);
    }
  }

  private static Tensor shuffled(Tensor x) {
    long half = x.size(1) / 2;
    Tensor groups = x.reshape(x.size(0), 2, half, x.size(2), x.size(3));
    return groups.permute(0, 2, 1, 3, 4).reshape(x.size(0), 2 * half, x.size(2), x.size(3));
  }

  private static Tensor shuffleRight(Plain plain, Tensor x, int stride) {
    Tensor y = torch.relu(plain.norm(plain.conv(x, "branch2.0", 1, 1), "branch2.1"));
    y = plain.norm(plain.conv(y, "branch2.3", stride, (int) y.size(1)), "branch2.4");
    return torch.relu(plain.norm(plain.conv(y, "branch2.5", 1, 1), "branch2.6"));
  }

  @Test
  void shuffled_anyLayout_keepsIt() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = SelfTestTensors.random(Shape.of(2, 8, 3, 5), 4);
      Tensor expected = shuffled(x);
      for (torch.MemoryFormat format :
          List.of(torch.MemoryFormat.Contiguous, torch.MemoryFormat.ChannelsLast)) {
        Tensor y = Steps.shuffled(x.contiguous(format), 2);
        assertThat(y.equal(expected)).isTrue();
        assertThat(y.is_contiguous(format)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shuffleUnit_strideOne_isItsPaper(boolean training) {
    check(
        "ShuffleUnit",
        training,
        (plain, x) -> {
          TensorVector halves = x.chunk(2, 1);
          Tensor right = shuffleRight(plain, halves.get(1), 1);
          return shuffled(torch.cat(new TensorVector(halves.get(0), right), 1));
        },
        12,
        12,
        1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shuffleUnit_strideTwo_isItsPaper(boolean training) {
    check(
        "ShuffleUnit",
        training,
        (plain, x) -> {
          Tensor left = plain.norm(plain.conv(x, "branch1.0", 2, 6), "branch1.1");
          left = torch.relu(plain.norm(plain.conv(left, "branch1.2", 1, 1), "branch1.3"));
          return shuffled(torch.cat(new TensorVector(left, shuffleRight(plain, x, 2)), 1));
        },
        6,
        20,
        2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ghostNetBottleneck_squeezeExciteAndResidual_isItsPaper(boolean training) {
    check(
        "GhostNetBottleneck",
        training,
        (plain, x) -> {
          Tensor y = plain.ghost(x, "ghost1", true);
          Tensor gate = torch.relu(plain.conv(torch.adaptive_avg_pool2d(y, 1, 1), "se.fc1", 1, 1));
          y = y.mul(torch.hardsigmoid(plain.conv(gate, "se.fc2", 1, 1)));
          return plain.ghost(y, "ghost2", false).add(x);
        },
        8,
        8,
        3,
        24,
        1,
        1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ghostNetBottleneck_strideTwo_isItsPaper(boolean training) {
    check(
        "GhostNetBottleneck",
        training,
        (plain, x) -> {
          Tensor y = plain.ghost(x, "ghost1", true);
          y = plain.norm(plain.conv(y, "conv_dw", 2, 20), "bn_dw");
          Tensor shortcut = plain.norm(plain.conv(x, "shortcut.0", 2, 8), "shortcut.1");
          shortcut = plain.norm(plain.conv(shortcut, "shortcut.2", 1, 1), "shortcut.3");
          return plain.ghost(y, "ghost2", false).add(shortcut);
        },
        8,
        12,
        5,
        20,
        0,
        2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mbConv_isItsPaper(boolean training) {
    check(
        "MBConv",
        training,
        (plain, x) -> {
          Tensor y = torch.relu6(plain.norm(plain.conv(x, "expand.conv", 1, 1), "expand.bn"));
          Tensor z = plain.conv(y, "depthwise.conv", 1, 48);
          y = torch.relu6(plain.norm(z, "depthwise.bn"));
          return plain.norm(plain.conv(y, "project.conv", 1, 1), "project.bn").add(x);
        },
        8,
        8,
        5,
        6,
        1);
  }

  @Test
  void mbConv_withoutExpansion_hasTwoConvolutions() {
    check(
        "MBConv",
        false,
        (plain, x) -> {
          Tensor y = plain.norm(plain.conv(x, "depthwise.conv", 2, 8), "depthwise.bn");
          return plain.norm(plain.conv(torch.relu6(y), "project.conv", 1, 1), "project.bn");
        },
        8,
        4,
        3,
        1,
        2);
  }

  @Test
  void arguments_thatDontFit_areNamed() {
    assertRefused("ShuffleUnit: the stride must be 1 or 2, got 3", "ShuffleUnit", 8, 8, 3);
    assertRefused("ShuffleUnit: the output channels must be even, got 9", "ShuffleUnit", 8, 9, 2);
    assertRefused(
        "ShuffleUnit: with stride 1 input and output must have the same channels, got 8 and 12",
        "ShuffleUnit",
        8,
        12,
        1);
    assertRefused(
        "GhostNetBottleneck: expanded and output channels must be even, got 7",
        "GhostNetBottleneck",
        8,
        8,
        3,
        7,
        0,
        1);
    assertRefused("MBConv: the expansion must lie in 1 to 1000, got 0", "MBConv", 8, 8, 3, 0, 1);
  }

  private static void assertRefused(String message, String module, int... arguments) {
    assertThatThrownBy(() -> graph(module, arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  /** Arguments are those behind the module's name: input channels first. */
  private static Graph graph(String module, int... arguments) {
    ModuleType type = ModuleRegistry.standard().find(module).orElseThrow();
    GraphBuilder builder = new GraphBuilder(module);
    Value x = builder.input(Shape.of(2, arguments[0], 7, 6));
    List<Integer> values = Arrays.stream(arguments).boxed().toList();
    Value y = type.factory().create(builder.root(), new Arguments(module, values)).apply(x);
    return builder.build(List.of(y), null);
  }

  private static void check(String module, boolean training, Unit unit, int... arguments) {
    Graph graph = graph(module, arguments);
    StateDict state = random(graph);
    float[] pixels = numbers(2 * arguments[0] * 7 * 6, 5, -2, 2);
    Shape shape = Shape.of(2, arguments[0], 7, 6);
    TorchOptions options = TorchOptions.defaults().withThreads(1);
    try (TorchNetwork network = TorchNetwork.trainable(graph, state, options);
        TorchScope scope = TorchScope.open()) {
      Tensor x = TensorTransfer.toTorch(pixels, shape).set_requires_grad(true);
      Tensor actual = network.forward(List.of(x), training).get(0);
      Tensor x64 = TensorTransfer.toTorch(pixels, shape).to(torch.ScalarType.Double);
      x64 = x64.detach().set_requires_grad(true);
      Tensor expected = unit.of(new Plain(state, training), x64);
      assertSame("output", actual, expected);
      if (!training) {
        return;
      }
      float[] weights = numbers((int) expected.numel(), 9, -1, 1);
      Tensor weight = TensorTransfer.toTorch(weights, TensorTransfer.shape(expected));
      actual.mul(weight).sum().backward();
      expected.mul(weight.to(torch.ScalarType.Double)).sum().backward();
      assertSame("gradient", x.grad(), x64.grad());
    }
  }

  private static void assertSame(String name, Tensor actual, Tensor expected) {
    assertThat(TensorTransfer.shape(actual)).isEqualTo(TensorTransfer.shape(expected));
    double[] reference = doubles(expected);
    double largest = Arrays.stream(reference).map(Math::abs).max().orElse(0);
    assertThat(largest).isGreaterThan(0.01);
    assertClose(name, doubles(actual), reference, 1e-4, 2e-5 * largest);
  }

  private static double[] doubles(Tensor tensor) {
    return Objects.requireNonNull(TensorTransfer.toHost(tensor.detach())).toDoubles();
  }

  /** Weights as at the start, batch norms with values and statistics of their own. */
  private static StateDict random(Graph graph) {
    StateDict.Builder builder = StateDict.builder();
    Initializer.initialize(graph, 3)
        .forEach(
            (name, tensor) -> {
              boolean ofNorm = tensor.shape().rank() == 1 && tensor.dtype().isFloatingPoint();
              builder.put(
                  name,
                  ofNorm
                      ? HostTensor.of(
                          numbers((int) tensor.shape().elements(), name.hashCode(), 0.5f, 1.5f),
                          tensor.shape())
                      : tensor);
            });
    return builder.build();
  }

  private static float[] numbers(int count, int seed, float low, float high) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = low + (high - low) * random.nextFloat();
    }
    return values;
  }
}
