package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The penalty's gradient is that of strength·Σ|γ|, on top of the loss's. */
final class SparsityPenaltyTest {
  private static final double STRENGTH = 0.25;
  private static final String SCALE = "bn.weight";

  @TempDir private Path folder = Path.of("");

  @Test
  void addGradients_addsThatOfThePenalty_andNothingElse() {
    float[] scales = {0.5f, -0.75f, 0, 1.25f};
    StateDict state = SmallNetwork.state(7);
    HostTensor changed = HostTensor.of(scales, state.get(SCALE).shape());
    try (TorchScope scope = TorchScope.open();
        TorchNetwork network = SmallNetwork.network(TorchOptions.defaults())) {
      network.load(state.with(SCALE, changed));
      SmallNetwork.backward(network, 3);
      float[] before = gradient(network, SCALE);
      float[] weight = gradient(network, "conv.weight");
      float[] bias = gradient(network, "bn.bias");
      new SparsityPenalty(STRENGTH, List.of(SCALE), network.parameters()).addGradients();
      float[] after = gradient(network, SCALE);
      for (int i = 0; i < scales.length; i++) {
        // Central differences of the penalty, exact but at the kink of 0, where they give 0 too.
        double step = 1e-3;
        double expected =
            STRENGTH * (Math.abs(scales[i] + step) - Math.abs(scales[i] - step)) / (2 * step);
        assertThat((double) after[i] - before[i])
            .as("scale %d", i)
            .isCloseTo(expected, within(1e-6));
      }
      assertThat(gradient(network, "conv.weight")).isEqualTo(weight);
      assertThat(gradient(network, "bn.bias")).isEqualTo(bias);
    }
  }

  @Test
  void addGradients_ofFrozenScales_givesThemNone() {
    try (TorchScope scope = TorchScope.open();
        TorchNetwork network = SmallNetwork.network(TorchOptions.defaults())) {
      new SparsityPenalty(STRENGTH, List.of(SCALE), network.parameters()).addGradients();
      Tensor scale = Objects.requireNonNull(network.parameters().get(SCALE));
      assertThat(scale.grad().defined()).isFalse();
    }
  }

  @Test
  void run_withSparsity_hasSmallerScales_andResumesBitByBit() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    double plain = scales(Trainer.of(tiny.options("plain").build()).run(TrainingListener.NONE));
    TrainOptions options = tiny.options("sparse").sparsity(5).build();
    TrainingResult straight = Trainer.of(options).run(TrainingListener.NONE);
    assertThat(scales(straight)).isLessThan(0.95 * plain);
    Trainer cut = Trainer.of(tiny.options("cut").sparsity(5).build());
    cut.run(new CancelAfter(cut, 5));
    TrainingResult resumed = Trainer.resume(folder.resolve("cut")).run(TrainingListener.NONE);
    assertThat(scales(resumed)).isEqualTo(scales(straight));
  }

  @Test
  void options_negativeOrInfinite_areRefused() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    assertThatThrownBy(() -> tiny.options("bad").sparsity(-1).build())
        .hasMessage("sparsity must be at least 0 and finite, got -1.0");
    assertThatThrownBy(() -> tiny.options("bad").sparsity(Double.NaN).build())
        .hasMessage("sparsity must be at least 0 and finite, got NaN");
  }

  private static double scales(TrainingResult result) throws IOException {
    double sum = 0;
    StateDict state;
    try (Checkpoint checkpoint = Checkpoint.open(Objects.requireNonNull(result.last()))) {
      state = checkpoint.state();
    }
    for (String name : state.names()) {
      if (name.endsWith("bn.weight")) {
        for (float scale : state.get(name).toFloats()) {
          sum += Math.abs(scale);
        }
      }
    }
    return sum;
  }

  private static float[] gradient(TorchNetwork network, String name) {
    Tensor tensor = Objects.requireNonNull(network.parameters().get(name));
    return TensorTransfer.toHost(tensor.grad()).toFloats();
  }
}
