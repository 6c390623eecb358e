package io.yolo4j.torch;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * All 58 modules of the reference: inference, training, running statistics, gradients; both
 * layouts.
 */
class ModuleForwardTest {
  @Test
  void fixtures_allFound() {
    Shared.path("fixtures/forward");
    assertThat(Shared.fixtureNames("forward", "module_")).hasSize(58);
  }

  @TestFactory
  Stream<DynamicTest> forward_everyModule_matchesReference() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : Shared.fixtureNames("forward", "module_")) {
      for (Layout layout : Layout.values()) {
        TorchOptions options = TorchOptions.defaults().withLayout(layout).withThreads(1);
        tests.add(DynamicTest.dynamicTest(name + " " + layout, () -> check(name, options)));
      }
    }
    return tests.stream();
  }

  private static void check(String name, TorchOptions options) {
    TensorFixture fixture = Shared.tensors("forward/" + name);
    Graph graph = FixtureModule.graph(fixture);
    StateDict state = FixtureModule.state(fixture);
    assertThat(graph.parameters().stream().map(p -> p.name()).toList())
        .as("state keys in order")
        .isEqualTo(new ArrayList<>(fixture.weights().keySet()));
    try (TorchNetwork network = TorchNetwork.trainable(graph, state, options)) {
      checkInference(network, fixture);
      if (fixture.has("train_output")) {
        checkTraining(network, fixture);
      }
    }
    if (fixture.has("fused/conv.weight")) {
      checkFolding(graph, state, fixture, options);
    }
  }

  private static void checkInference(TorchNetwork network, TensorFixture fixture) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> outputs = network.forward(inputs(fixture, false), false);
      for (int i = 0; i < outputs.size(); i++) {
        String expected = fixture.has("eval_output") ? "eval_output" : "raw" + i;
        assertOutput(expected, outputs.get(i), fixture);
      }
    }
  }

  private static void assertOutput(String expected, Tensor output, TensorFixture fixture) {
    TensorFixture.Entry entry = fixture.get(expected);
    assertThat(TensorTransfer.shape(output).toArray()).isEqualTo(entry.shape());
    double rounding = rounding(fixture, expected.replace("fused/", "")) * largest(entry);
    double atol = Math.max(1e-5, rounding);
    assertClose(expected, TensorTransfer.toHost(output).toDoubles(), entry.values(), 1e-4, atol);
  }

  /**
   * A few times the measured distance between the float32 reference and the same computation in
   * float64, relative to the largest value: float32 results scatter that far around each other.
   */
  private static double rounding(TensorFixture fixture, String kind) {
    return kind.startsWith("raw")
        ? 0
        : 4 * fixture.metadataJson("fp32_vs_fp64_relative_to_max").path(kind).asDouble(0);
  }

  private static double largest(TensorFixture.Entry entry) {
    return Arrays.stream(entry.values()).map(Math::abs).max().orElse(0);
  }

  private static void checkTraining(TorchNetwork network, TensorFixture fixture) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> inputs = inputs(fixture, true);
      Tensor output = network.forward(inputs, true).get(0);
      assertOutput("train_output", output, fixture);
      StateDict after = network.stateDict();
      for (String key : fixture.names()) {
        if (key.startsWith("after_train/")) {
          double[] actual = after.get(key.substring("after_train/".length())).toDoubles();
          assertClose(key, actual, fixture.get(key).values(), 1e-4, 1e-5);
        }
      }
      output.mul(FixtureModule.tensor(fixture.get("grad_output"))).sum().backward();
      List<String> names = FixtureModule.inputNames(fixture);
      for (int i = 0; i < names.size(); i++) {
        assertGradient("grad_" + names.get(i), inputs.get(i), fixture);
      }
      for (String key : fixture.names()) {
        if (key.startsWith("grad_weights/")) {
          String parameter = key.substring("grad_weights/".length());
          Tensor tensor = network.parameters().get(parameter);
          assertThat(tensor).as(parameter).isNotNull();
          assertGradient(key, java.util.Objects.requireNonNull(tensor), fixture);
        }
      }
    }
  }

  private static void assertGradient(String key, Tensor tensor, TensorFixture fixture) {
    TensorFixture.Entry expected = fixture.get(key);
    // Gradients of biases in front of a batch norm are zero but for rounding, whose size follows
    // the other gradients.
    double largestOfAll =
        fixture.names().stream()
            .filter(name -> name.startsWith("grad_") && !name.equals("grad_output"))
            .mapToDouble(name -> largest(fixture.get(name)))
            .max()
            .orElse(0);
    double atol = Math.max(1e-4 * largest(expected), rounding(fixture, "grad") * largestOfAll);
    double[] actual = TensorTransfer.toHost(tensor.grad()).toDoubles();
    assertClose(key, actual, expected.values(), 1e-3, atol);
  }

  private static void checkFolding(
      Graph graph, StateDict state, TensorFixture fixture, TorchOptions options) {
    BatchNormFolding folding = BatchNormFolding.all(graph);
    StateDict folded = FoldedState.of(state, folding);
    for (String key : List.of("conv.weight", "conv.bias")) {
      assertClose(
          key, folded.get(key).toDoubles(), fixture.get("fused/" + key).values(), 1e-4, 1e-5);
    }
    try (TorchNetwork network = TorchNetwork.frozen(folding.graph(), folded, options);
        TorchScope scope = TorchScope.open()) {
      Tensor output = network.forward(inputs(fixture, false), false).get(0);
      assertOutput("fused/eval_output", output, fixture);
      assertOutput("eval_output", output, fixture);
    }
  }

  private static List<Tensor> inputs(TensorFixture fixture, boolean gradients) {
    List<Tensor> inputs = new ArrayList<>();
    for (String name : FixtureModule.inputNames(fixture)) {
      Tensor tensor = FixtureModule.tensor(fixture.get(name));
      inputs.add(gradients ? tensor.set_requires_grad(true) : tensor);
    }
    return inputs;
  }
}
