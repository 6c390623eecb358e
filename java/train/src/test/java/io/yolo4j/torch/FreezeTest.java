package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three blocks of convolution, batch norm and SiLU, trained by SGD with weight decay. */
class FreezeTest {
  private static final Graph GRAPH = graph();
  private static final Set<String> FIRST_BLOCK = names(name -> name.startsWith("0."));

  @ParameterizedTest
  @EnumSource(Layout.class)
  void freeze_block_staysBitEqualWhileTheRestTrains(Layout layout) {
    try (TorchNetwork network = network(layout)) {
      Map<String, String> before = hashes(network);
      network.freeze(FIRST_BLOCK);
      train(network, 5);
      assertThat(changed(before, hashes(network))).isEqualTo(names(n -> !n.startsWith("0.")));
    }
  }

  @Test
  void freeze_withMovingStatistics_holdsParametersOnly() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS)) {
      Map<String, String> before = hashes(network);
      network.freeze(FIRST_BLOCK, true);
      train(network, 5);
      assertThat(changed(before, hashes(network)))
          .isEqualTo(
              names(
                  n -> !n.startsWith("0.") || n.contains("running") || n.contains("num_batches")));
    }
  }

  @Test
  void freeze_normWeightOnly_holdsItsStatisticsAndNothingElse() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS)) {
      Map<String, String> before = hashes(network);
      network.freeze(Set.of("1.bn.weight"));
      train(network, 3);
      assertThat(changed(before, hashes(network)))
          .isEqualTo(names(n -> !n.startsWith("1.bn.") || n.equals("1.bn.bias")));
    }
  }

  @Test
  void freeze_statisticsOnly_trainsTheNormsParameters() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS)) {
      Map<String, String> before = hashes(network);
      network.freeze(Set.of("1.bn.running_var"));
      train(network, 3);
      assertThat(changed(before, hashes(network)))
          .isEqualTo(
              names(
                  n -> !n.startsWith("1.bn.") || n.equals("1.bn.bias") || n.equals("1.bn.weight")));
    }
  }

  @Test
  void freeze_again_replacesTheSet() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS)) {
      network.freeze(FIRST_BLOCK);
      network.freeze(Set.of("2.conv.weight"));
      Map<String, String> before = hashes(network);
      train(network, 3);
      assertThat(changed(before, hashes(network)))
          .isEqualTo(names(n -> !n.equals("2.conv.weight")));
      network.freeze(Set.of());
      before = hashes(network);
      train(network, 3);
      assertThat(changed(before, hashes(network))).isEqualTo(names(n -> true));
    }
  }

  @Test
  void freeze_afterBackward_dropsGradients() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS);
        TorchScope scope = TorchScope.open()) {
      backward(network, 0);
      assertThat(parameter(network, "0.conv.weight").grad().defined()).isTrue();
      network.freeze(FIRST_BLOCK);
      assertThat(parameter(network, "0.conv.weight").grad().defined()).isFalse();
      assertThat(parameter(network, "1.conv.weight").grad().defined()).isTrue();
      backward(network, 1);
      assertThat(parameter(network, "0.bn.bias").grad().defined()).isFalse();
    }
  }

  @Test
  void freeze_everythingUpToAnOutput_recordsNothingThere() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS);
        TorchScope scope = TorchScope.open()) {
      network.freeze(FIRST_BLOCK);
      List<Tensor> outputs = network.forward(List.of(input(0)), true);
      assertThat(outputs.get(0).requires_grad()).as("output of the frozen block").isFalse();
      assertThat(outputs.get(1).requires_grad()).as("last output").isTrue();
    }
  }

  @Test
  void freeze_unknownName_isRefusedAndChangesNothing() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS)) {
      assertThatThrownBy(() -> network.freeze(Set.of("0.conv.weight", "3.conv.weight", "x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "names to freeze must be parameters or buffers of the network, got 2 that are not, the first: 3.conv.weight");
      assertThat(parameter(network, "0.conv.weight").requires_grad()).isTrue();
    }
  }

  @Test
  void freeze_networkThatOnlyRuns_isRefused() {
    try (TorchNetwork network =
        TorchNetwork.frozen(GRAPH, state(), TorchOptions.defaults().withThreads(1))) {
      assertThatThrownBy(() -> network.freeze(FIRST_BLOCK))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the network was created frozen and does not train");
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void load_trainedValues_replacesAllInTheSameTensors(Layout layout) {
    try (TorchNetwork trained = network(layout);
        TorchNetwork network = network(layout)) {
      train(trained, 3);
      Tensor weight = parameter(network, "1.conv.weight");
      network.load(trained.stateDict());
      assertThat(hashes(network)).isEqualTo(hashes(trained));
      assertThat(parameter(network, "1.conv.weight")).isSameAs(weight);
      assertThat(weight.requires_grad()).isTrue();
      // Both go on alike, so nothing that a step reads stayed behind.
      train(trained, 2);
      train(network, 2);
      assertThat(hashes(network)).isEqualTo(hashes(trained));
    }
  }

  @Test
  void load_wrongShape_isRefusedAndChangesNothing() {
    try (TorchNetwork network = network(Layout.CONTIGUOUS)) {
      Map<String, String> before = hashes(network);
      StateDict wrong = state().with("2.bn.bias", HostTensor.of(new float[3], Shape.of(3)));
      assertThatThrownBy(() -> network.load(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the weights do not fit the model: 1 of 18 tensors are wrong, the first: 2.bn.bias must have shape [8], got [3]");
      assertThat(hashes(network)).isEqualTo(before);
    }
  }

  private static Graph graph() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(2, 3, 9, 11));
    Value first = block(builder, "0", 3, x);
    Value last = block(builder, "2", 8, block(builder, "1", 8, first));
    return builder.build(List.of(first, last), null);
  }

  private static Value block(GraphBuilder builder, String name, int channels, Value x) {
    ModuleScope scope = builder.root().child(name, "Conv");
    Value y = scope.conv2d("conv", Conv2d.of(channels, 8, 3)).apply(x);
    return scope.activation("act", Activation.Kind.SILU).apply(scope.batchNorm("bn", 8).apply(y));
  }

  private static StateDict state() {
    return Initializer.initialize(GRAPH, 7);
  }

  private static TorchNetwork network(Layout layout) {
    return TorchNetwork.trainable(
        GRAPH, state(), TorchOptions.defaults().withLayout(layout).withThreads(1));
  }

  /** Weight decay moves whatever has a gradient, be it zero. */
  private static void train(TorchNetwork network, int steps) {
    TensorVector all = new TensorVector();
    network.parameters().forEach((name, tensor) -> all.push_back(tensor));
    SGDOptions options = new SGDOptions(0.05);
    options.momentum().put(0.9);
    options.weight_decay().put(0.01);
    try (SGD optimizer = new SGD(all, options)) {
      for (int step = 0; step < steps; step++) {
        try (TorchScope scope = TorchScope.open()) {
          optimizer.zero_grad();
          backward(network, step);
          optimizer.step();
        }
      }
    }
  }

  private static void backward(TorchNetwork network, int seed) {
    Tensor last = network.forward(List.of(input(seed)), true).get(1);
    last.mul(last).mean().backward();
  }

  private static Tensor input(int seed) {
    Shape shape = Shape.of(2, 3, 9, 11);
    float[] values = new float[(int) shape.elements()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TensorTransfer.toTorch(values, shape);
  }

  private static Tensor parameter(TorchNetwork network, String name) {
    return Objects.requireNonNull(network.parameters().get(name));
  }

  private static Set<String> names(Predicate<String> wanted) {
    return GRAPH.parameters().stream()
        .map(Parameter::name)
        .filter(wanted)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Map<String, String> hashes(TorchNetwork network) {
    Map<String, String> hashes = new TreeMap<>();
    network.stateDict().forEach((name, tensor) -> hashes.put(name, sha256(tensor)));
    return hashes;
  }

  private static String sha256(HostTensor tensor) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(tensor.data());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
    return names;
  }
}
