package io.yolo4j.lighten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Node;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.CalibrationFile;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without channels that carry zeros only, a network computes the same. */
final class PruningTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "yolov5n, 64, 1",
    "yolov5n, 64, 8",
    "yolov5n6, 64, 1",
    "mobilenetv3small_yolo5s, 64, 1",
    "yolov5s-ghost, 64, 1",
    "yolov5s-v5.0, 64, 1",
    "yolov3-tiny, 64, 8"
  })
  void of_channelsOfZeros_headsStayTheSame(String name, int side, int multiple) {
    Model model = Model.of(Zoo.find(name).orElseThrow());
    SilencedState silenced = SilencedState.of(model.graph(), 0.4, 3);
    LoadedModel original = loaded(model, silenced.state());
    PruneOptions options =
        PruneOptions.channels(silenced.silenced() / (double) silenced.prunable(), side)
            .withMinimum(1)
            .withMultiple(multiple);
    Pruning pruned = Pruning.of(original, options);
    assertThat(pruned.threshold()).isZero();
    assertThat(flops(pruned.model().model(), side)).isLessThan((long) (0.85 * flops(model, side)));
    assertThat(pruned.channelsAfter()).isLessThan(pruned.channelsBefore());
    ImageBatch batch = noise(2, side, side);
    List<float[]> expected = heads(original, batch, false);
    assertClose(heads(pruned.model(), batch, false), expected);
    assertClose(heads(pruned.model(), batch, true), expected);
  }

  @ParameterizedTest
  @CsvSource({"yolov5n", "mobilenetv3small_yolo5s"})
  void of_keepsMinimumAndMultiple(String name) {
    Model model = Model.of(Zoo.find(name).orElseThrow());
    LoadedModel original = loaded(model, SilencedState.of(model.graph(), 0, 1).state());
    Pruning pruned = Pruning.of(original, PruneOptions.channels(0.95, 64).withMinimum(16));
    assertThat(pruned.layers()).isNotEmpty();
    assertThat(pruned.layers())
        .allSatisfy(
            layer -> {
              assertThat(layer.after()).isGreaterThanOrEqualTo(16).isLessThan(layer.before());
              assertThat(layer.after() % 8).isZero();
            });
  }

  @Test
  void of_depthwiseStaysDepthwise_squeezeOfAnExcitationKeepsItsWidth() {
    Model model = Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow());
    LoadedModel original = loaded(model, SilencedState.of(model.graph(), 0, 1).state());
    Model pruned = Pruning.of(original, PruneOptions.channels(0.5, 64)).model().model();
    int narrowed = 0;
    for (Node node : pruned.graph().nodes()) {
      Node before = model.graph().node(node.id());
      if (before.op() instanceof Conv2d old && node.op() instanceof Conv2d op) {
        assertThat(op.isDepthwise()).as(node.modulePath()).isEqualTo(old.isDepthwise());
        narrowed += op.isDepthwise() && op.groups() < old.groups() ? 1 : 0;
        if (node.modulePath().endsWith("fc1")) {
          assertThat(op.outputChannels()).isEqualTo(old.outputChannels());
        }
      }
    }
    assertThat(narrowed).isPositive();
  }

  @Test
  void of_shareOfOperations_isReachedByTheSmallestThreshold() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    LoadedModel original = loaded(model, SilencedState.of(model.graph(), 0.3, 5).state());
    Pruning pruned = Pruning.of(original, PruneOptions.flops(0.35, 96));
    double left = flops(pruned.model().model(), 96) / (double) flops(model, 96);
    assertThat(left).isLessThanOrEqualTo(0.65).isGreaterThan(0.6);
  }

  @Test
  void of_prunedAgain_goesOnFromItsWidths() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    LoadedModel original = loaded(model, SilencedState.of(model.graph(), 0, 5).state());
    Pruning once = Pruning.of(original, PruneOptions.flops(0.2, 64));
    Pruning twice = Pruning.of(once.model(), PruneOptions.flops(0.2, 64));
    assertThat(twice.channelsBefore()).isEqualTo(once.channelsAfter());
    assertThat(flops(twice.model().model(), 64))
        .isLessThanOrEqualTo((long) (0.8 * flops(once.model().model(), 64)));
  }

  @Test
  void write_opensAsTheSameModel() throws IOException {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow().withClasses(2));
    LoadedModel original =
        new LoadedModel(
            model,
            model.graph(),
            SilencedState.of(model.graph(), 0.4, 3).state(),
            List.of("scratch", "pit"));
    Pruning pruned = Pruning.of(original, PruneOptions.channels(0.4, 64));
    Path file = folder.resolve("pruned.safetensors");
    pruned.write(
        file,
        ModelInfo.EMPTY
            .withClassNames(original.classNames())
            .withImageSize(64)
            .withQuantization(
                CalibrationFile.values(new Calibration(Map.of(), Set.of(), "of the original", 1))));
    LoadedModel opened = LoadedModel.open(file, Optional.empty());
    assertThat(opened.calibration()).as("ranges of the original's feature maps").isEmpty();
    assertThat(opened.classNames()).containsExactly("scratch", "pit");
    assertThat(opened.model().description().widths())
        .isEqualTo(pruned.model().model().description().widths())
        .isNotEmpty();
    assertThat(opened.graph().toText()).isEqualTo(pruned.model().graph().toText());
    ImageBatch batch = noise(1, 64, 96);
    List<float[]> before = heads(pruned.model(), batch, true);
    List<float[]> after = heads(opened, batch, true);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i)).isEqualTo(before.get(i));
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.info().imageSize()).hasValue(64);
    }
  }

  @Test
  void of_moreOperationsThanCanGo_saysHowManyCan() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    LoadedModel original = loaded(model, SilencedState.of(model.graph(), 0, 1).state());
    assertThatThrownBy(() -> Pruning.of(original, PruneOptions.flops(0.999, 64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "at most \\d\\d\\.\\d % of the operations can be left out with at least 8 channels a convolution in multiples of 8, got a share of 0.999");
  }

  @Test
  void of_scaleNotFinite_namesIt() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    StateDict state = SilencedState.of(model.graph(), 0, 1).state();
    String norm =
        model.graph().nodes().stream()
            .filter(node -> node.op() instanceof BatchNorm)
            .findFirst()
            .orElseThrow()
            .parameters()
            .get(0);
    float[] values = state.get(norm).toFloats();
    values[2] = Float.NaN;
    LoadedModel damaged =
        loaded(model, state.with(norm, HostTensor.of(values, state.get(norm).shape())));
    assertThatThrownBy(() -> Pruning.of(damaged, PruneOptions.channels(0.5, 64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch norm scales must be finite, got NaN at index 2 of model.0.bn.weight");
  }

  @Test
  void options_outOfRange_sayWhatMustHold() {
    assertThatThrownBy(() -> PruneOptions.channels(1, 64))
        .hasMessage("the share of channels to leave out must be from 0 to below 1, got 1.0");
    assertThatThrownBy(() -> PruneOptions.flops(-0.1, 64))
        .hasMessage("the share of operations to leave out must be from 0 to below 1, got -0.1");
    assertThatThrownBy(() -> PruneOptions.channels(0, 64))
        .hasMessage(
            "exactly one of the shares of channels and of operations must be above 0, got 0.0 and 0.0");
    assertThatThrownBy(() -> PruneOptions.channels(0.5, 64).withMinimum(0))
        .hasMessage("the least number of channels must be at least 1, got 0");
    assertThatThrownBy(() -> PruneOptions.channels(Double.NaN, 64))
        .hasMessage("the share of channels to leave out must be from 0 to below 1, got NaN");
  }

  private static LoadedModel loaded(Model model, StateDict state) {
    return new LoadedModel(model, model.graph(), state, List.of());
  }

  private static long flops(Model model, int side) {
    return ModelSummary.of(model, side, side, true).cost().flops();
  }

  private static List<float[]> heads(LoadedModel model, ImageBatch batch, boolean plan) {
    try (Executor executor =
        plan
            ? PlanExecutor.create(model.graph(), model.state(), PlanOptions.defaults())
            : TorchExecutor.create(model.graph(), model.state(), TorchOptions.defaults())) {
      List<float[]> heads = new ArrayList<>();
      for (RawHead head : executor.run(batch)) {
        heads.add(anchorsFirst(head));
      }
      return heads;
    }
  }

  private static float[] anchorsFirst(RawHead head) {
    float[] values = new float[head.images() * head.anchors() * head.cells() * head.outputs()];
    int at = 0;
    for (int image = 0; image < head.images(); image++) {
      for (int anchor = 0; anchor < head.anchors(); anchor++) {
        for (int cell = 0; cell < head.cells(); cell++) {
          for (int output = 0; output < head.outputs(); output++) {
            values[at++] = head.values().get(head.index(image, anchor, cell) + output);
          }
        }
      }
    }
    return values;
  }

  /** Sums over fewer channels are added in another order, so the last bits may differ. */
  private static void assertClose(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int level = 0; level < expected.size(); level++) {
      float[] wanted = expected.get(level);
      float largest = 0;
      for (float value : wanted) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(largest).isGreaterThan(0.1f);
      for (int i = 0; i < wanted.length; i++) {
        boolean close = Math.abs(actual.get(level)[i] - wanted[i]) <= 1e-4 * largest;
        assertThat(close)
            .as("level %d at %d: %s, not %s", level, i, actual.get(level)[i], wanted[i])
            .isTrue();
      }
    }
  }

  private static ImageBatch noise(int images, int height, int width) {
    Random random = new Random(8);
    ByteBuffer pixels = ByteBuffer.allocateDirect(images * height * width * 3);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) random.nextInt(256));
    }
    return new ImageBatch(pixels, images, height, width);
  }
}
