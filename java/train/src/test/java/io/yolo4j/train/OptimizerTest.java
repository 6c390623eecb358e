package io.yolo4j.train;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Shape;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.testing.Shared;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.train.Optimizer.Kind;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {
  private static final double BETA1 = 0.937;
  private static final LearningRates RATES = new LearningRates(0.01, 0.02, 0.03);
  private static final ParameterGroups GROUPS = ParameterGroups.of(SmallNetwork.GRAPH);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void step_givenGradients_isTheReferences(int index) {
    JsonNode run = Shared.json("training.json").get("optimizer_arithmetic").get("runs").get(index);
    Kind kind = run.get("optimizer").asText().equals("adam") ? Kind.ADAM : Kind.SGD;
    ParameterGroups one = new ParameterGroups(List.of(), List.of("x"), List.of(), List.of());
    try (TorchScope scope = TorchScope.open()) {
      Tensor parameter = vector(run.get("param_initial"));
      parameter.set_requires_grad(true);
      try (Optimizer optimizer = Optimizer.of(kind, BETA1, one, Map.of("x", parameter))) {
        assertThat(run.get("steps").size()).isEqualTo(5);
        for (JsonNode step : run.get("steps")) {
          parameter.mutable_grad().put(vector(step.get("gradient")));
          double rate = step.get("lr").asDouble();
          optimizer.step(
              new LearningRates(-1, rate, -1),
              step.get("momentum").asDouble(),
              run.get("weight_decay").asDouble());
          assertClose(
              "after " + step,
              TensorTransfer.toHost(parameter).toFloats(),
              doubles(step.get("param_after")),
              1e-6,
              1e-7);
        }
      }
    }
  }

  @Test
  void step_adamw_decaysApartFromTheGradient() {
    ParameterGroups one = new ParameterGroups(List.of(), List.of("x"), List.of(), List.of());
    try (TorchScope scope = TorchScope.open()) {
      Tensor parameter = TensorTransfer.toTorch(new float[] {2, -3}, Shape.of(2));
      parameter.set_requires_grad(true);
      try (Optimizer optimizer = Optimizer.of(Kind.ADAMW, 0.9, one, Map.of("x", parameter))) {
        parameter.mutable_grad().put(TensorTransfer.toTorch(new float[] {5, 0}, Shape.of(2)));
        optimizer.step(new LearningRates(0, 0.1, 0), 0, 0.01);
        // The first step of Adam has length r, whatever the gradient: 2 − 0.1·0.01·2 − 0.1.
        assertClose(
            "AdamW",
            TensorTransfer.toHost(parameter).toFloats(),
            new double[] {1.898, -2.997},
            1e-6,
            0);
      }
    }
  }

  @Test
  void step_groups_haveTheirOwnRateAndOnlyWeightsDecay() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer optimizer = Optimizer.of(Kind.SGD, BETA1, GROUPS, network)) {
      SmallNetwork.backward(network, 1);
      StateDict before = network.stateDict();
      StateDict gradients = optimizer.state();
      optimizer.step(RATES, 0.5, 0.1);
      // A first step from empty buffers: p − r·(g + m·g), g with the decay.
      expectFirst(network, before, gradients, "bn.weight", 0.01, 0);
      expectFirst(network, before, gradients, "conv.weight", 0.02, 0.1);
      expectFirst(network, before, gradients, "bn.bias", 0.03, 0);
      expectFirst(network, before, gradients, "head.bias", 0.03, 0);
      assertThat(network.stateDict().get("bn.running_mean").data())
          .isEqualTo(before.get("bn.running_mean").data());
    }
  }

  private static void expectFirst(
      TorchNetwork network,
      StateDict before,
      StateDict gradients,
      String name,
      double rate,
      double decay) {
    double value = first(before, name);
    double gradient = first(gradients, "gradient/" + name) + decay * value;
    assertThat(first(network.stateDict(), name))
        .as(name)
        .isCloseTo(value - rate * 1.5 * gradient, Offset.offset(1e-6));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void step_channelsLast_isThatOfContiguousTensors(Kind kind) {
    StateDict contiguous = trained(kind, Layout.CONTIGUOUS);
    StateDict channelsLast = trained(kind, Layout.CHANNELS_LAST);
    for (String name : List.of("conv.weight", "bn.weight", "bn.bias", "head.weight", "head.bias")) {
      assertClose(
          name, channelsLast.get(name).toFloats(), contiguous.get(name).toDoubles(), 1e-4, 1e-5);
    }
  }

  private static StateDict trained(Kind kind, Layout layout) {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults().withLayout(layout));
        Optimizer optimizer = Optimizer.of(kind, BETA1, GROUPS, network)) {
      steps(network, optimizer, 0, 3);
      return network.stateDict();
    }
  }

  @Test
  void step_gradientInAnotherLayout_isUsedElementByElement() {
    try (TorchScope scope = TorchScope.open();
        TorchNetwork network =
            SmallNetwork.network(TorchOptions.defaults().withLayout(Layout.CHANNELS_LAST));
        Optimizer optimizer = Optimizer.of(Kind.SGD, BETA1, GROUPS, network)) {
      Tensor parameter = parameter(network, "conv.weight");
      float[] values = new float[4 * 3 * 3 * 3];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      float[] before = network.stateDict().get("conv.weight").toFloats();
      parameter.mutable_grad().put(TensorTransfer.toTorch(values, Shape.of(4, 3, 3, 3)));
      optimizer.step(new LearningRates(0, 0.5, 0), 0, 0);
      double[] expected = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        expected[i] = before[i] - 0.5 * values[i];
      }
      assertClose(
          "conv.weight", network.stateDict().get("conv.weight").toFloats(), expected, 1e-6, 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void step_frozenParameter_staysBitEqualWithItsState(Kind kind) {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer optimizer = Optimizer.of(kind, BETA1, GROUPS, network)) {
      steps(network, optimizer, 0, 2);
      network.freeze(Set.of("conv.weight"));
      StateDict before = network.stateDict();
      StateDict state = optimizer.state();
      steps(network, optimizer, 2, 3);
      assertThat(network.stateDict().get("conv.weight").data())
          .isEqualTo(before.get("conv.weight").data());
      optimizer.state().toMap().entrySet().stream()
          .filter(entry -> entry.getKey().endsWith("/conv.weight"))
          .forEach(
              entry ->
                  assertThat(entry.getValue().data())
                      .as(entry.getKey())
                      .isEqualTo(state.get(entry.getKey()).data()));
      assertThat(network.stateDict().get("head.weight").data())
          .isNotEqualTo(before.get("head.weight").data());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void load_stateInTheMiddleOfAnAccumulation_goesOnBitByBit(Kind kind) {
    StateDict weights;
    StateDict state;
    StateDict expected;
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer optimizer = Optimizer.of(kind, BETA1, GROUPS, network)) {
      steps(network, optimizer, 0, 3);
      SmallNetwork.backward(network, 100);
      weights = network.stateDict();
      state = optimizer.state();
      steps(network, optimizer, 3, 3);
      expected = network.stateDict();
    }
    assertThat(state.names()).contains("gradient/conv.weight");
    try (TorchNetwork network =
            TorchNetwork.trainable(
                SmallNetwork.GRAPH, weights, TorchOptions.defaults().withThreads(1));
        Optimizer optimizer = Optimizer.of(kind, BETA1, GROUPS, network)) {
      SmallNetwork.backward(network, 200);
      network.load(weights);
      optimizer.load(state);
      steps(network, optimizer, 3, 3);
      StateDict actual = network.stateDict();
      expected.forEach(
          (name, tensor) -> assertThat(actual.get(name).data()).as(name).isEqualTo(tensor.data()));
    }
  }

  @Test
  void load_stateOfAnotherRuleOrNetwork_isRefused() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer sgd = Optimizer.of(Kind.SGD, BETA1, GROUPS, network);
        Optimizer adam = Optimizer.of(Kind.ADAM, BETA1, GROUPS, network)) {
      assertThatThrownBy(() -> adam.load(sgd.state()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the optimizer's state does not fit: 15 of 15 tensors are wrong, the first: exp_avg/bn.weight is missing");
      StateDict wrong =
          sgd.state()
              .with("momentum_buffer/bn.bias", HostTensor.of(new float[2], Shape.of(2)))
              .with("gradient/bn.weight", HostTensor.of(new float[3], Shape.of(3)));
      assertThatThrownBy(() -> sgd.load(wrong))
          .hasMessage(
              "the optimizer's state does not fit: 2 of 5 tensors are wrong, the first: gradient/bn.weight must have shape [4], got [3]");
    }
  }

  @Test
  void unscaleGradients_finite_dividesThem() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer optimizer = Optimizer.of(Kind.SGD, BETA1, GROUPS, network)) {
      assertThat(optimizer.unscaleGradients(8)).isTrue();
      SmallNetwork.backward(network, 1);
      float before = firstGradient(network, "head.weight");
      assertThat(optimizer.unscaleGradients(8)).isTrue();
      assertThat(firstGradient(network, "head.weight")).isEqualTo(before / 8);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void unscaleGradients_notFinite_saysSo(float value) {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer optimizer = Optimizer.of(Kind.SGD, BETA1, GROUPS, network);
        TorchScope scope = TorchScope.open()) {
      SmallNetwork.backward(network, 1);
      parameter(network, "bn.bias")
          .mutable_grad()
          .put(TensorTransfer.toTorch(new float[] {1, 2, value, 3}, Shape.of(4)));
      assertThat(optimizer.unscaleGradients(1)).isFalse();
      optimizer.zeroGradients();
      assertThat(parameter(network, "bn.bias").grad().defined()).isFalse();
      assertThatThrownBy(() -> optimizer.unscaleGradients(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a loss scale must be above 0, got 0.0");
    }
  }

  @Test
  void lossScale_notFinite_halvesAndGrowsAfter2000Steps() {
    LossScale scale = LossScale.initial();
    assertThat(scale.after(false)).isEqualTo(new LossScale(32768, 0));
    for (int i = 0; i < 1999; i++) {
      scale = scale.after(true);
    }
    assertThat(scale).isEqualTo(new LossScale(65536, 1999));
    assertThat(scale.after(true)).isEqualTo(new LossScale(131072, 0));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void step_50Times_leaksNoPointer(Kind kind) {
    long outside = NativePointers.settled();
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        Optimizer optimizer = Optimizer.of(kind, BETA1, GROUPS, network)) {
      steps(network, optimizer, 0, 2);
      long pointers = NativePointers.settled();
      for (int i = 0; i < 50; i++) {
        SmallNetwork.backward(network, i);
        optimizer.unscaleGradients(1);
        optimizer.step(RATES, 0.9, 0.01);
        optimizer.load(optimizer.state());
        optimizer.zeroGradients();
      }
      assertThat(Pointer.totalCount()).isEqualTo(pointers);
    }
    assertThat(Pointer.totalCount()).isEqualTo(outside);
  }

  @Test
  void use_afterClose_isRefused() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults())) {
      Optimizer optimizer = Optimizer.of(Kind.SGD, BETA1, GROUPS, network);
      optimizer.close();
      optimizer.close();
      assertThatThrownBy(() -> optimizer.step(RATES, 0.9, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the optimizer is closed");
      assertThatThrownBy(optimizer::zeroGradients).hasMessage("the optimizer is closed");
    }
  }

  @Test
  void create_badArguments_areNamed() {
    assertThatThrownBy(() -> Optimizer.of(Kind.ADAM, 1, GROUPS, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("beta 1 must be from 0 to below 1, got 1.0");
    assertThatThrownBy(() -> Optimizer.of(Kind.SGD, BETA1, GROUPS, Map.of()))
        .hasMessage("the network has no parameter bn.weight");
  }

  private static void steps(TorchNetwork network, Optimizer optimizer, int first, int count) {
    for (int i = first; i < first + count; i++) {
      SmallNetwork.backward(network, i);
      optimizer.step(RATES, 0.9, 0.01);
      optimizer.zeroGradients();
    }
  }

  private static float firstGradient(TorchNetwork network, String name) {
    try (TorchScope scope = TorchScope.open()) {
      return TensorTransfer.toHost(parameter(network, name).grad()).toFloats()[0];
    }
  }

  private static double first(StateDict state, String name) {
    return state.get(name).toDoubles()[0];
  }

  private static Tensor parameter(TorchNetwork network, String name) {
    return Objects.requireNonNull(network.parameters().get(name), name);
  }

  private static Tensor vector(JsonNode values) {
    double[] wide = doubles(values);
    float[] narrow = new float[wide.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) wide[i];
    }
    return TensorTransfer.toTorch(narrow, Shape.of(narrow.length));
  }

  private static double[] doubles(JsonNode values) {
    double[] array = new double[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i).asDouble();
    }
    return array;
  }
}
