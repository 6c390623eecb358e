package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.loss.LossItems;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with float16 convolutions and a scaled loss, on the CPU. */
final class Float16TrainingTest {
  private static final double FAR_TOO_LARGE = 1e30;

  @TempDir Path folder;

  @Test
  void run_losesAsInFloat32() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    RecordingListener wide = new RecordingListener();
    RecordingListener half = new RecordingListener();
    Trainer.of(in(Precision.FLOAT32, tiny.options("wide"))).run(wide);
    Trainer.of(in(Precision.FLOAT16, tiny.options("half"))).run(half);
    assertThat(half.losses).hasSameSizeAs(wide.losses).isNotEqualTo(wide.losses);
    for (int i = 0; i < wide.losses.size(); i++) {
      LossItems expected = wide.losses.get(i);
      assertThat(half.losses.get(i).total())
          .as("batch " + i)
          .isCloseTo(expected.total(), within(0.01 * expected.total()));
    }
  }

  /** The pending half of an accumulated gradient is saved as scaled as it is. */
  @Test
  void run_cancelledAndResumed_equalsStraight() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    TrainOptions straight = in(Precision.FLOAT16, tiny.options("straight"));
    Trainer.of(straight).run(TrainingListener.NONE);
    for (int batch : new int[] {2, 5}) {
      TrainOptions cut = in(Precision.FLOAT16, tiny.options("cut" + batch));
      Trainer trainer = Trainer.of(cut);
      trainer.run(new CancelAfter(trainer, batch));
      Trainer.resume(cut.folder()).run(TrainingListener.NONE);
      assertThat(Files.mismatch(last(straight), last(cut))).as("cut at " + batch).isEqualTo(-1);
    }
  }

  @Test
  void run_gradientsBeyondFloat16_noStepAndHalfTheScale() throws IOException {
    TrainOptions options = in(Precision.FLOAT16, TinyRun.in(folder).options("run"));
    RunCheckpoint before = cutWithScale(options, FAR_TOO_LARGE);
    RecordingListener listener = new RecordingListener();
    Trainer trainer = Trainer.resume(options.folder());
    trainer.run(TrainingListener.all(List.of(listener, new CancelAfter(trainer, 1))));
    RunCheckpoint after = RunCheckpoint.read(last(options));
    assertThat(listener.messages)
        .contains(
            "epoch 1, batch 3: gradients beyond float16's range, no step; the loss scale falls to 5.0E29");
    assertThat(after.position().lossScale()).isEqualTo(new LossScale(FAR_TOO_LARGE / 2, 0));
    assertThat(after.position().averageUpdates()).isEqualTo(before.position().averageUpdates());
    String weight = "model.0.conv.weight";
    assertThat(after.live().get(weight).data()).isEqualTo(before.live().get(weight).data());
    assertThat(after.averaged().get(weight).data()).isEqualTo(before.averaged().get(weight).data());
    assertThat(after.optimizer().names()).noneMatch(name -> name.startsWith("gradient/"));
  }

  @Test
  void run_finiteSteps_countUntilTheScaleGrows() throws IOException {
    TrainOptions options = in(Precision.FLOAT16, TinyRun.in(folder).options("run"));
    RunCheckpoint before = cutWithScale(options, 1024);
    Trainer trainer = Trainer.resume(options.folder());
    trainer.run(new CancelAfter(trainer, 1));
    RunCheckpoint after = RunCheckpoint.read(last(options));
    assertThat(after.position().lossScale())
        .isEqualTo(new LossScale(1024, before.position().lossScale().finiteSteps() + 1));
  }

  @Test
  void run_noScaleHelps_saysSo() throws IOException {
    TrainOptions options = in(Precision.FLOAT16, TinyRun.in(folder).options("run").nominalBatch(4));
    RunCheckpoint cut = cutWithScale(options, 1.0 / 1024);
    String weight = "model.0.conv.weight";
    float[] spoilt = cut.live().get(weight).toFloats();
    Arrays.fill(spoilt, Float.NaN);
    StateDict optimizer =
        cut.optimizer()
            .with("gradient/" + weight, HostTensor.of(spoilt, cut.live().get(weight).shape()));
    new RunCheckpoint(
            cut.info(), cut.averaged(), cut.live(), optimizer, cut.position(), cut.options())
        .write(last(options));
    assertThatThrownBy(() -> Trainer.resume(options.folder()).run(TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the gradients must be finite, but aren't even with a loss scale of ")
        .hasMessageEndingWith("train in another precision or with smaller learning rates");
  }

  @Test
  void run_float32_leavesTheScaleAlone() throws IOException {
    TrainOptions options = in(Precision.FLOAT32, TinyRun.in(folder).options("run"));
    RunCheckpoint before = cutWithScale(options, FAR_TOO_LARGE);
    Trainer trainer = Trainer.resume(options.folder());
    trainer.run(new CancelAfter(trainer, 2));
    assertThat(RunCheckpoint.read(last(options)).position().lossScale())
        .isEqualTo(before.position().lossScale());
  }

  /** Trains one batch and replaces the scale of the loss in the checkpoint. */
  private RunCheckpoint cutWithScale(TrainOptions options, double scale) throws IOException {
    Trainer trainer = Trainer.of(options);
    trainer.run(new CancelAfter(trainer, 1));
    RunCheckpoint cut = RunCheckpoint.read(last(options));
    RunCheckpoint changed =
        new RunCheckpoint(
            cut.info(),
            cut.averaged(),
            cut.live(),
            cut.optimizer(),
            cut.position()
                .afterBatch(
                    LossItems.ZERO,
                    true,
                    cut.position().averageUpdates(),
                    cut.position().balance(),
                    new LossScale(scale, 0)),
            cut.options());
    changed.write(last(options));
    return changed;
  }

  private static TrainOptions in(Precision precision, TrainOptions.Builder options) {
    return options
        .epochs(2)
        .torch(TorchOptions.defaults().withThreads(1).withPrecision(precision))
        .build();
  }

  private static Path last(TrainOptions options) {
    return options.folder().resolve("weights/last.safetensors");
  }
}
