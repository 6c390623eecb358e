package io.yolo4j.torch;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks with fused batch norms against the same networks with LibTorch's operations. */
class FusedNetworkTest {
  private static final Shape INPUT = Shape.of(3, 3, 32, 32);

  @BeforeEach
  void isThere() {
    assumeTrue(FusedBatchNorm.isAvailable(), "skipped: " + FusedBatchNorm.status());
  }

  /**
   * A batch norm before each activation: fused with those that the kernel knows, alone before the
   * others and where another node reads it too.
   */
  private static Graph everyKind() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(INPUT);
    int channels = 3;
    for (Activation.Kind kind : Activation.Kind.values()) {
      ModuleScope scope = builder.root().child(kind.name(), "Conv");
      Layer conv = scope.conv2d("conv", Conv2d.of(channels, 8, 3));
      x = scope.batchNorm("bn", 8).apply(conv.apply(x));
      x = scope.activation("act", kind).apply(x);
      channels = 8;
    }
    Value norm = builder.root().batchNorm("shared", 8).apply(x);
    Value activated = builder.root().activation("act", Activation.Kind.SILU).apply(norm);
    return builder.build(List.of(norm, activated), null);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void train_everyKindOfActivation_isAsWithPlainOperations(Layout layout) {
    Graph graph = everyKind();
    long forward = FusedKernels.runs(false);
    long backward = FusedKernels.runs(true);
    compare(graph, layout, network -> backward(network, 1));
    // All but those before the three activations that the kernel doesn't know.
    assertThat(FusedKernels.runs(false) - forward).isEqualTo(norms(graph) - 3);
    assertThat(FusedKernels.runs(true) - backward).isEqualTo(norms(graph) - 3);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void train_wholeModel_isAsWithPlainOperations(Layout layout) {
    // Larger than elsewhere: over few values batch norm is ill-conditioned.
    compare(
        yolov5n(),
        layout,
        network -> loss(network.forward(List.of(input(1, 96)), true)).backward());
  }

  @Test
  void train_twoForwardRunsInOneGraph_isAsWithPlainOperations() {
    compare(
        everyKind(),
        Layout.CHANNELS_LAST,
        network -> {
          Tensor first = loss(network.forward(List.of(input(1)), true));
          Tensor second = loss(network.forward(List.of(input(2)), true));
          first.add(second).backward();
        });
  }

  @Test
  void train_gradientsAccumulate_asWithPlainOperations() {
    compare(
        everyKind(),
        Layout.CHANNELS_LAST,
        network -> {
          backward(network, 1);
          backward(network, 2);
          backward(network, 3);
        });
  }

  @Test
  void train_frozenNorms_areLeftToLibTorch() {
    Graph graph = everyKind();
    long before = FusedKernels.runs(false);
    compare(
        graph,
        Layout.CHANNELS_LAST,
        network -> {
          network.freeze(Set.of("RELU.bn.weight", "SILU.bn.running_mean"));
          backward(network, 1);
        });
    assertThat(FusedKernels.runs(false) - before).isEqualTo(norms(graph) - 3 - 2);
  }

  @Test
  void forward_inInference_isBitEqualToPlainOperations() {
    Graph graph = yolov5n();
    StateDict state = Initializer.initialize(graph, 3);
    long before = FusedKernels.runs(false);
    try (TorchNetwork fused = TorchNetwork.trainable(graph, state, options(Layout.CHANNELS_LAST));
        TorchNetwork plain =
            TorchNetwork.trainable(
                graph, state, options(Layout.CHANNELS_LAST).withOwnKernels(false));
        TorchScope scope = TorchScope.open()) {
      List<Tensor> a = fused.forward(List.of(input(1)), false);
      List<Tensor> b = plain.forward(List.of(input(1)), false);
      for (int i = 0; i < a.size(); i++) {
        assertThat(TensorTransfer.toHost(a.get(i)).data())
            .isEqualTo(TensorTransfer.toHost(b.get(i)).data());
      }
    }
    assertThat(FusedKernels.runs(false)).isEqualTo(before);
  }

  @Test
  void train_bfloat16_isAsNearToFloat32AsPlainOperations() {
    Graph graph = everyKind();
    StateDict state = Initializer.initialize(graph, 3);
    TorchOptions options = options(Layout.CHANNELS_LAST);
    TorchOptions half = options.withPrecision(TorchOptions.Precision.BFLOAT16);
    long before = FusedKernels.runs(true);
    try (TorchNetwork fused = TorchNetwork.trainable(graph, state, half);
        TorchNetwork plain = TorchNetwork.trainable(graph, state, half.withOwnKernels(false));
        TorchNetwork exact = TorchNetwork.trainable(graph, state, options.withOwnKernels(false));
        TorchScope scope = TorchScope.open()) {
      for (TorchNetwork network : List.of(fused, plain, exact)) {
        backward(network, 1);
      }
      double theirs = gradientError(plain, exact);
      assertThat(gradientError(fused, exact)).isLessThan(1.1 * theirs);
    }
    assertThat(FusedKernels.runs(true) - before).isEqualTo(norms(graph) - 3);
  }

  /** Norm of the difference of all gradients, relative to their norm. */
  private static double gradientError(TorchNetwork network, TorchNetwork exact) {
    double error = 0;
    double size = 0;
    for (String name : exact.parameters().keySet()) {
      if (parameter(exact, name).requires_grad()) {
        double[] a = gradient(network, name);
        double[] b = gradient(exact, name);
        for (int i = 0; i < a.length; i++) {
          error += (a[i] - b[i]) * (a[i] - b[i]);
          size += b[i] * b[i];
        }
      }
    }
    return Math.sqrt(error / size);
  }

  @Test
  void train_300Steps_memoryStaysFlat() throws IOException {
    assumeTrue(MemoryTest.residentIsKnown(), "skipped: no resident memory on this system");
    Graph graph = everyKind();
    long pointers = NativePointers.settled();
    try (TorchNetwork network =
        TorchNetwork.trainable(
            graph, Initializer.initialize(graph, 3), options(Layout.CHANNELS_LAST))) {
      // Until the Java machine has compiled what it wants to.
      for (int i = 0; i < 300; i++) {
        step(network);
      }
      long warm = MemoryTest.residentKilobytes();
      long live = NativePointers.settled();
      for (int i = 0; i < 300; i++) {
        step(network);
      }
      assertThat(Pointer.totalCount()).as("native pointers").isEqualTo(live);
      assertThat(MemoryTest.residentKilobytes())
          .as("resident kB after 300 more steps, " + warm + " before")
          .isLessThan((long) (warm * 1.02));
    }
    assertThat(Pointer.totalCount()).as("native pointers after close").isEqualTo(pointers);
  }

  private static void step(TorchNetwork network) {
    try (TorchScope scope = TorchScope.open()) {
      backward(network, 1);
      network
          .parameters()
          .values()
          .forEach(
              tensor -> {
                if (tensor.requires_grad()) {
                  tensor.mutable_grad().reset();
                }
              });
    }
  }

  /**
   * Runs the same on both networks, then compares gradients and all of the state. Tolerance 1e-3 of
   * the largest value: rounding grows through a deep network's backward run.
   */
  private static void compare(Graph graph, Layout layout, Consumer<TorchNetwork> training) {
    StateDict state = Initializer.initialize(graph, 3);
    try (TorchNetwork fused = TorchNetwork.trainable(graph, state, options(layout));
        TorchNetwork plain =
            TorchNetwork.trainable(graph, state, options(layout).withOwnKernels(false));
        TorchScope scope = TorchScope.open()) {
      training.accept(fused);
      training.accept(plain);
      StateDict after = fused.stateDict();
      plain
          .stateDict()
          .forEach(
              (name, tensor) ->
                  assertClose(name, after.get(name).toDoubles(), tensor.toDoubles(), 1e-4, 1e-4));
      for (String name : plain.parameters().keySet()) {
        if (parameter(plain, name).grad().defined()) {
          double[] expected = gradient(plain, name);
          double largest = 0;
          for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
          }
          assertClose("gradient of " + name, gradient(fused, name), expected, 0, 1e-3 * largest);
        }
      }
    }
  }

  private static Tensor parameter(TorchNetwork network, String name) {
    return Objects.requireNonNull(network.parameters().get(name));
  }

  private static double[] gradient(TorchNetwork network, String name) {
    HostTensor gradient = TensorTransfer.toHost(parameter(network, name).grad());
    return gradient.toDoubles();
  }

  private static void backward(TorchNetwork network, int seed) {
    loss(network.forward(List.of(input(seed)), true)).backward();
  }

  private static Tensor loss(List<Tensor> outputs) {
    Tensor sum = outputs.get(0).mul(outputs.get(0)).mean();
    for (Tensor output : outputs.subList(1, outputs.size())) {
      sum = sum.add(output.mul(output).mean());
    }
    return sum;
  }

  private static Tensor input(int seed) {
    return input(seed, INPUT.dim(2));
  }

  private static Tensor input(int seed, int size) {
    Shape shape = Shape.of(INPUT.dim(0), INPUT.dim(1), size, size);
    float[] values = new float[(int) shape.elements()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return TensorTransfer.toTorch(values, shape);
  }

  private static long norms(Graph graph) {
    return graph.nodes().stream().filter(node -> node.op() instanceof BatchNorm).count();
  }

  private static Graph yolov5n() {
    return Model.of(Zoo.find("yolov5n").orElseThrow().withClasses(2)).graph();
  }

  private static TorchOptions options(Layout layout) {
    return TorchOptions.defaults().withLayout(layout).withThreads(1);
  }
}
