package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings with a teacher of twice the student's width. */
final class DistilledRunTest {
  @TempDir private Path folder = Path.of("");
  private Path teacher = Path.of("");
  private TinyRun tiny = TinyRun.at(folder);

  @BeforeEach
  void setUp() throws IOException {
    tiny = TinyRun.in(folder);
    teacher = trained("wide", "width_multiple: 1.0", "width_multiple: 2.0");
  }

  /** Trains a changed network for an epoch. */
  private Path trained(String name, String text, String changed) throws IOException {
    String description = Files.readString(tiny.model());
    assertThat(description).contains(text);
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(file, description.replace(text, changed));
    TrainOptions options = tiny.options(name).model(file.toString()).epochs(1).build();
    return Objects.requireNonNull(Trainer.of(options).run(TrainingListener.NONE).last());
  }

  private TrainOptions.Builder distilled(String name) {
    return tiny.options(name).distillation(new Distillation(teacher, 1, 0.5));
  }

  @Test
  void run_differsFromOneWithoutATeacher_andKeepsNoAdapters() throws IOException {
    TrainingResult alone = Trainer.of(tiny.options("alone").build()).run(TrainingListener.NONE);
    TrainingResult taught = Trainer.of(distilled("taught").build()).run(TrainingListener.NONE);
    StateDict plain = state(alone);
    StateDict student = state(taught);
    assertThat(student.names()).isEqualTo(plain.names());
    String name = "model.0.conv.weight";
    assertThat(student.get(name).toFloats()).isNotEqualTo(plain.get(name).toFloats());
  }

  @Test
  void run_featuresAlone_changeWhatTheHeadsRead() throws IOException {
    TrainOptions options =
        tiny.options("features").epochs(1).distillation(new Distillation(teacher, 0, 1)).build();
    TrainingResult result = Trainer.of(options).run(TrainingListener.NONE);
    StateDict plain =
        state(Trainer.of(tiny.options("plain").epochs(1).build()).run(TrainingListener.NONE));
    assertThat(state(result).get("model.4.conv.weight").toFloats())
        .isNotEqualTo(plain.get("model.4.conv.weight").toFloats());
  }

  @Test
  void run_cancelledAndResumed_equalsStraight() throws IOException {
    Trainer.of(distilled("straight").build()).run(TrainingListener.NONE);
    Trainer cut = Trainer.of(distilled("cut").build());
    cut.run(new CancelAfter(cut, 5));
    Trainer.resume(folder.resolve("cut")).run(TrainingListener.NONE);
    byte[] straight = tensors("straight");
    assertThat(tensors("cut")).isEqualTo(straight);
  }

  private byte[] tensors(String run) throws IOException {
    try (Checkpoint checkpoint =
        Checkpoint.open(folder.resolve(run).resolve("weights/last.safetensors"))) {
      StringBuilder text = new StringBuilder();
      checkpoint
          .state()
          .forEach(
              (name, tensor) ->
                  text.append(name).append(Arrays.toString(tensor.toFloats())).append('\n'));
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  @Test
  void run_leavesNoNativeMemory() throws IOException {
    Trainer.of(distilled("warm").epochs(1).build()).run(TrainingListener.NONE);
    long before = NativePointers.settled();
    Trainer.of(distilled("again").epochs(1).build()).run(TrainingListener.NONE);
    assertThat(NativePointers.settled()).isLessThanOrEqualTo(before);
  }

  @Test
  void run_teacherOfOtherStrides_isRefusedBeforeAFolderIsMade() throws IOException {
    teacher = trained("coarse", "- [-1, 1, Conv, [8, 3, 2]]", "- [-1, 1, Conv, [8, 3, 4, 1]]");
    assertThatThrownBy(() -> Trainer.of(distilled("bad").build()).run(TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "the teacher %s must have the student's strides, [8, 16], got [16, 32]"
                .formatted(teacher));
    assertThat(folder.resolve("bad")).doesNotExist();
  }

  @Test
  void run_teacherOfOtherAnchors_isRefused() throws IOException {
    teacher = trained("anchors", "[10,10, 20,20, 30,30]", "[10,10, 20,20, 30,31]");
    assertThatThrownBy(() -> Trainer.of(distilled("bad").build()).run(TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(
            "the teacher %s must have the student's anchors at stride 8, ".formatted(teacher));
  }

  @Test
  void run_teacherOfOtherClasses_isRefused() throws IOException {
    TrainOptions options = distilled("bad").singleClass(true).build();
    assertThatThrownBy(() -> Trainer.of(options).run(TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "the teacher %s must have the student's number of classes, 1, got 2"
                .formatted(teacher));
  }

  @Test
  void distillation_badWeights_areRefused() {
    assertThatThrownBy(() -> new Distillation(teacher, -1, 0))
        .hasMessage("the weight of a teacher's outputs must be at least 0 and finite, got -1.0");
    assertThatThrownBy(() -> new Distillation(teacher, 1, Double.NaN))
        .hasMessage("the weight of a teacher's features must be at least 0 and finite, got NaN");
    assertThatThrownBy(() -> new Distillation(teacher, 0, 0))
        .hasMessage(
            "a teacher needs a weight above 0 for its outputs or its features, got 0 for both");
  }

  @Test
  void options_keepTheTeacher() throws IOException {
    TrainOptions options = distilled("kept").sparsity(0.5).build();
    TrainOptions read =
        TrainOptionsYaml.fromMap(
            TrainOptionsYaml.toMap(options), options.hyperparameters(), "opt.yaml");
    assertThat(read.distillation()).isEqualTo(options.distillation());
    assertThat(read.sparsity()).isEqualTo(0.5);
  }

  private static StateDict state(TrainingResult result) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Objects.requireNonNull(result.last()))) {
      return checkpoint.state();
    }
  }
}
