package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.SafeTensors;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {
  @TempDir Path folder;

  @Test
  void run_tellsEverythingInOrder() throws IOException {
    RecordingListener listener = new RecordingListener();
    TrainingResult result =
        Trainer.of(TinyRun.in(folder).options("run").epochs(2).build()).run(listener);
    assertThat(listener.calls.subList(0, 10))
        .containsExactly(
            "started at 0",
            "loaded 0",
            "batch 0.1",
            "loaded 1",
            "batch 0.2",
            "loaded 2",
            "batch 0.3",
            "wrote best.safetensors",
            "wrote last.safetensors",
            "epoch 0");
    assertThat(listener.calls).endsWith("epoch 1", "finished FINISHED");
    assertThat(result.end()).isEqualTo(TrainingResult.End.FINISHED);
    assertThat(result.epochs()).hasSize(2);
    assertThat(result.bestValidation()).isPresent();
    assertThat(listener.losses).allMatch(losses -> losses.isFinite() && losses.total() > 0);
  }

  @Test
  void run_writesOptionsAndModels() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    TrainOptions options = tiny.options("run").epochs(2).savePeriod(1).build();
    TrainingResult result = Trainer.of(options).run(TrainingListener.NONE);
    Path run = result.folder();
    assertThat(run.resolve("opt.yaml")).exists();
    assertThat(run.resolve("hyp.yaml")).exists();
    assertThat(run.resolve("weights/epoch0.safetensors")).exists();
    try (Checkpoint last = Checkpoint.open(run.resolve("weights/last.safetensors"))) {
      assertThat(last.info().classNames()).containsExactly("red", "blue");
      assertThat(last.info().epoch()).hasValue(1);
      assertThat(last.info().imageSize()).hasValue(64);
      assertThat(last.state().names()).noneMatch(name -> name.startsWith("training."));
    }
    TrainOptions read =
        TrainOptionsYaml.read(
            run.resolve("opt.yaml"), Hyperparameters.read(run.resolve("hyp.yaml")));
    assertThat(TrainOptionsYaml.toMap(read)).isEqualTo(TrainOptionsYaml.toMap(options));
    assertThat(read.hyperparameters()).isEqualTo(options.hyperparameters());
  }

  @Test
  void run_learns() throws IOException {
    TrainOptions options =
        TinyRun.in(folder)
            .options("run")
            .epochs(40)
            .nominalBatch(4)
            .validationPeriod(40)
            .optimizer(Optimizer.Kind.ADAM)
            .hyperparameters(
                Hyperparameters.defaults()
                    .with("lr0", 0.003)
                    .with("warmup_bias_lr", 0)
                    .with("mosaic", 0)
                    .with("scale", 0))
            .build();
    TrainingResult result = Trainer.of(options).run(TrainingListener.NONE);
    double first = result.epochs().get(0).losses().total();
    double last = result.epochs().get(39).losses().total();
    assertThat(last).isLessThan(first * 0.8);
    assertThat(result.epochs().get(0).validation()).isNull();
    assertThat(result.epochs().get(39).validation()).isNotNull();
  }

  @Test
  void run_shuffleNetBackbone_oneEpochMovesItsWeights() throws IOException {
    TrainOptions options =
        TinyRun.in(folder)
            .options("run")
            .model("shufflenetv2_yolo5s")
            .epochs(1)
            .nominalBatch(4)
            .build();
    TrainingResult result = Trainer.of(options).run(TrainingListener.NONE);
    assertThat(result.epochs().get(0).losses().total()).isFinite().isPositive();
    Path last = folder.resolve("run/weights/last.safetensors");
    LoadedModel trained = LoadedModel.open(last, Optional.empty());
    assertThat(trained.model().description().backbone()).hasSize(18);
    // Batches went through its batch norms, and the averaged weights moved.
    String norm = "model.17.branch2.6";
    assertThat(trained.state().get(norm + ".weight").toFloats()).isNotEqualTo(ones(232));
    assertThat(trained.state().get(norm + ".running_var").toFloats()).isNotEqualTo(ones(232));
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void run_sameSeedAnyLoaderThreads_sameLosses() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    RecordingListener one = new RecordingListener();
    RecordingListener two = new RecordingListener();
    RecordingListener other = new RecordingListener();
    Trainer.of(tiny.options("one").epochs(2).loaderThreads(1).build()).run(one);
    Trainer.of(tiny.options("two").epochs(2).loaderThreads(2).build()).run(two);
    Trainer.of(tiny.options("other").epochs(2).seed(1).build()).run(other);
    assertThat(two.losses).isEqualTo(one.losses);
    assertThat(other.losses).isNotEqualTo(one.losses);
  }

  @Test
  void run_cancelledInAnEpochAndResumed_equalsStraight() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    Trainer.of(tiny.options("straight").build()).run(TrainingListener.NONE);
    for (int batch : new int[] {1, 4, 6, 8}) {
      TrainOptions options = tiny.options("halved" + batch).build();
      Trainer trainer = Trainer.of(options);
      TrainingResult cut = trainer.run(new CancelAfter(trainer, batch));
      assertThat(cut.end()).isEqualTo(TrainingResult.End.CANCELLED);
      TrainingResult rest = Trainer.resume(options.folder()).run(TrainingListener.NONE);
      assertThat(rest.end()).isEqualTo(TrainingResult.End.FINISHED);
      assertSameFile("straight", "halved" + batch, "last.safetensors");
      assertSameFile("straight", "halved" + batch, "best.safetensors");
    }
  }

  @Test
  void run_withAdamMultiScaleImageWeightsAutobalance_resumesBitByBit() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    for (Optimizer.Kind kind : List.of(Optimizer.Kind.ADAM, Optimizer.Kind.ADAMW)) {
      TrainOptions straight = varied(tiny, kind + "-straight").optimizer(kind).build();
      Trainer.of(straight).run(TrainingListener.NONE);
      TrainOptions cut = varied(tiny, kind + "-cut").optimizer(kind).build();
      Trainer trainer = Trainer.of(cut);
      trainer.run(new CancelAfter(trainer, 5));
      Trainer.resume(cut.folder()).run(TrainingListener.NONE);
      assertSameFile(kind + "-straight", kind + "-cut", "last.safetensors");
    }
  }

  private static TrainOptions.Builder varied(TinyRun tiny, String name) {
    return tiny.options(name)
        .multiScale(true)
        .imageWeights(true)
        .classWeights(true)
        .autobalance(true)
        .labelSmoothing(0.1)
        .hyperparameters(Hyperparameters.defaults().with("lr0", 0.001).with("mixup", 0.5));
  }

  private void assertSameFile(String one, String other, String name) throws IOException {
    Path a = folder.resolve(one).resolve("weights").resolve(name);
    Path b = folder.resolve(other).resolve("weights").resolve(name);
    assertThat(Files.mismatch(a, b)).as(a + " against " + b).isEqualTo(-1);
  }

  @Test
  void run_fileThatCannotBeWritten_goesOnFromItsLastCheckpoint() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    TrainOptions options = tiny.options("run").epochs(3).savePeriod(1).build();
    RecordingListener straight = new RecordingListener();
    Trainer.of(tiny.options("straight").epochs(3).build()).run(straight);
    Path inTheWay = options.folder().resolve("weights/epoch1.safetensors");
    RecordingListener begun =
        new RecordingListener() {
          @Override
          public void epochDone(EpochResult result) {
            super.epochDone(result);
            assertThat(inTheWay.toFile().mkdir()).isTrue();
          }
        };
    assertThatThrownBy(() -> Trainer.of(options).run(begun))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "%s: must be a file, there is a folder of that name; the run can be resumed from its last checkpoint, %s",
            inTheWay, options.folder().resolve("weights/last.safetensors"));
    Files.delete(inTheWay);
    RecordingListener resumed = new RecordingListener();
    Trainer.resume(options.folder()).run(resumed);
    assertThat(resumed.losses).isEqualTo(straight.losses.subList(3, 9));
  }

  @Test
  void resume_finishedRun_saysSo() throws IOException {
    TrainOptions options = TinyRun.in(folder).options("run").epochs(1).build();
    Trainer.of(options).run(TrainingListener.NONE);
    assertThatThrownBy(() -> Trainer.resume(options.folder()))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            options.folder().resolve("weights/last.safetensors")
                + ": the file holds a model only, no state of training; resume from the run's last.safetensors, or start a new run with --weights");
  }

  @Test
  void resume_noRun_saysSo() {
    assertThatThrownBy(() -> Trainer.resume(folder.resolve("nothing")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("there is no such checkpoint");
  }

  @Test
  void run_twice_throws() throws IOException {
    Trainer trainer = Trainer.of(TinyRun.in(folder).options("run").epochs(1).build());
    trainer.run(TrainingListener.NONE);
    assertThatThrownBy(() -> trainer.run(TrainingListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a trainer runs once; create another one");
  }

  @Test
  void run_lossNotFinite_namesThePictures() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    TrainOptions first = tiny.options("first").epochs(1).build();
    Trainer.of(first).run(TrainingListener.NONE);
    Path best = first.folder().resolve("weights/best.safetensors");
    Path spoilt = folder.resolve("spoilt.safetensors");
    try (SafeTensors tensors = SafeTensors.open(best)) {
      String name = "model.0.conv.weight";
      HostTensor weight = tensors.tensor(name);
      float[] values = weight.toFloats();
      Arrays.fill(values, Float.NaN);
      StateDict state = tensors.state().with(name, HostTensor.of(values, weight.shape()));
      SafeTensors.write(spoilt, state, tensors.metadata());
    }
    assertThatThrownBy(
            () ->
                Trainer.of(tiny.options("run").weights(spoilt).build()).run(TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("epoch 1, batch 1: the loss must be finite, got LossItems[box=NaN")
        .hasMessageContaining("images/train/");
  }

  @Test
  void run_frozenRows_valuesAndStatisticsStandStill() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    TrainOptions start = tiny.options("start").epochs(1).build();
    Trainer.of(start).run(TrainingListener.NONE);
    Path weights = start.folder().resolve("weights/best.safetensors");
    TrainOptions frozen =
        tiny.options("frozen")
            .weights(weights)
            .freeze(FreezePhases.always(new FreezePlan("2")))
            .build();
    Trainer.of(frozen).run(TrainingListener.NONE);
    Map<String, HostTensor> before = tensors(weights);
    Map<String, HostTensor> after = tensors(frozen.folder().resolve("weights/last.safetensors"));
    for (String name : before.keySet()) {
      boolean still = name.startsWith("model.0.") || name.startsWith("model.1.");
      boolean same = data(before, name).equals(data(after, name));
      if (still) {
        assertThat(same).as(name + " stands still").isTrue();
      } else if (name.endsWith("weight") && !name.contains("anchor")) {
        assertThat(same).as(name + " moves").isFalse();
      }
    }
  }

  private static ByteBuffer data(Map<String, HostTensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).data();
  }

  private static Map<String, HostTensor> tensors(Path file) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return tensors.state().toMap();
    }
  }

  @Test
  void run_freezeThenThaw_thawsAtItsShareOfTheRate() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    RecordingListener listener = new RecordingListener();
    TrainOptions options =
        tiny.options("run")
            .warmupFloor(0)
            .hyperparameters(Hyperparameters.defaults().with("warmup_epochs", 0))
            .freeze(FreezePhases.thawing(new FreezePlan("2"), 2, 1.0 / 3))
            .build();
    Trainer.of(options).run(listener);
    assertThat(listener.messages)
        .contains("epoch 3: everything thaws, at 0.333 times the learning rate");
    assertThat(listener.batches.get(0).rates().weight()).isEqualTo(0.01);
    assertThat(listener.batches.get(6).rates().weight()).isCloseTo(0.01 / 3, within(1e-12));
    Trainer trainer = Trainer.of(options.with(builder -> builder.folder(folder.resolve("cut"))));
    trainer.run(new CancelAfter(trainer, 7));
    Trainer.resume(folder.resolve("cut")).run(TrainingListener.NONE);
    assertSameFile("run", "cut", "last.safetensors");
  }

  @Test
  void run_noBetterFitness_stopsEarly() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    TrainOptions options =
        tiny.options("run")
            .epochs(200)
            .patience(3)
            .optimizer(Optimizer.Kind.ADAM)
            .hyperparameters(Hyperparameters.defaults().with("lr0", 0.01).with("warmup_bias_lr", 0))
            .build();
    TrainingResult result = Trainer.of(options).run(TrainingListener.NONE);
    assertThat(result.end()).isEqualTo(TrainingResult.End.STOPPED_EARLY);
    assertThat(result.epochs()).hasSize(result.bestEpoch() + 3 + 1);
  }

  @Test
  void run_manyTimes_leavesNoNativeMemory() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    Trainer.of(tiny.options("warm").epochs(1).build()).run(TrainingListener.NONE);
    long pointers = NativePointers.settled();
    for (int i = 0; i < 3; i++) {
      Trainer.of(tiny.options("run" + i).epochs(1).build()).run(TrainingListener.NONE);
    }
    assertThat(Pointer.totalCount()).isEqualTo(pointers);
  }

  @Test
  void run_500Steps_liveNativeMemoryStaysFlat() throws IOException {
    TinyRun tiny = TinyRun.in(folder);
    long outside = NativePointers.settled();
    Map<Integer, long[]> seen = new HashMap<>();
    TrainOptions options =
        tiny.options("run").epochs(167).validationPeriod(500).loaderThreads(0).build();
    Trainer.of(options)
        .run(
            new TrainingListener() {
              private int steps;

              @Override
              public void batchDone(BatchProgress progress) {
                steps++;
                seen.put(steps, new long[] {Pointer.totalCount(), Pointer.totalBytes()});
              }
            });
    long[] early = Objects.requireNonNull(seen.get(50));
    long[] late = Objects.requireNonNull(seen.get(500));
    assertThat(early[0]).isGreaterThan(outside);
    assertThat(late[0]).as("native pointers").isEqualTo(early[0]);
    // A work buffer of the loader grows once, to the labels of the fullest mosaic.
    assertThat(late[1]).as("native bytes").isLessThan(early[1] + 4096);
  }
}
