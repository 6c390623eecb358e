package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.train.AugmentPreset;
import io.yolo4j.train.BatchProgress;
import io.yolo4j.train.FreezePhases;
import io.yolo4j.train.FreezePlan;
import io.yolo4j.train.TinyRun;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainingException;
import io.yolo4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies that really train, a few batches a run. */
final class StudyTest {
  @TempDir private Path folder = Path.of("");
  private TrainOptions base = Cells.options();

  @BeforeEach
  void setUp() throws IOException {
    Path user = Files.createDirectories(folder.resolve("user"));
    base = TinyRun.in(user).options("none").epochs(2).build();
  }

  private StudyData data(Optional<String> className) throws IOException {
    return StudyData.read(base, className, (done, total) -> {});
  }

  private StudyPlan sizes(List<Integer> sizes, List<Long> seeds) throws IOException {
    return StudyPlans.size(base, data(Optional.of("red")), sizes, seeds);
  }

  private Study study(String name, StudyPlan plan) throws IOException {
    return Study.of(plan, folder.resolve(name), 3);
  }

  /** Notes what a study tells, and does something at a batch. */
  private static final class Teller implements StudyListener {
    final List<String> started = new ArrayList<>();
    final List<String> done = new ArrayList<>();
    private final int atBatch;
    private final Runnable action;
    private int batches;

    Teller(int atBatch, Runnable action) {
      this.atBatch = atBatch;
      this.action = action;
    }

    Teller() {
      this(-1, () -> {});
    }

    @Override
    public TrainingListener runStarted(StudyRun run, TrainOptions options, TimeLeft left) {
      started.add(run.text());
      return new TrainingListener() {
        @Override
        public void batchDone(BatchProgress progress) {
          assertThat(left.seconds(run, 1, 1)).isPositive().isFinite();
          batches++;
          if (batches == atBatch) {
            action.run();
          }
        }
      };
    }

    @Override
    public void runDone(RunResult result, int finished, int total) {
      done.add("%s %d/%d".formatted(result.cell(), finished, total));
    }
  }

  private static void fail() {
    throw new IllegalStateException("injected");
  }

  /** The results without the time that they took. */
  private static List<String> untimed(StudyResult result) {
    return result.runs().stream()
        .map(run -> run.toString().replaceFirst("seconds=.*", ""))
        .toList();
  }

  private static Map<String, Integer> files(Path tree, String suffix) throws IOException {
    Map<String, Integer> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(suffix)) {
          content.put(tree.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
        }
      }
    }
    return content;
  }

  @Test
  void run_afterFailureCancelAndLostResult_equalsStraight_andLeavesTheUsersFiles()
      throws IOException {
    Map<String, Integer> before = files(folder.resolve("user"), "");
    StudyPlan plan = sizes(List.of(4, 2), List.of(0L, 1L));
    Teller straight = new Teller();
    StudyResult expected = study("straight", plan).run(straight);
    assertThat(expected.complete()).isTrue();
    assertThat(straight.started)
        .containsExactly("n2, seed 0", "n4, seed 0", "n2, seed 1", "n4, seed 1");
    assertThat(straight.done).containsExactly("n2 1/4", "n4 2/4", "n2 3/4", "n4 4/4");

    // A run is 2 epochs of 1 batch. It fails in the second run's first batch, before a checkpoint;
    // then it is cancelled after that batch, with one.
    Study failing = study("broken", plan);
    assertThatThrownBy(() -> failing.run(new Teller(3, StudyTest::fail))).hasMessage("injected");
    assertThat(failing.found().runs()).hasSize(1);
    Study cancelled = study("broken", plan);
    assertThat(cancelled.run(new Teller(1, cancelled::cancel)).runs()).hasSize(1);
    Teller rest = new Teller();
    study("broken", plan).run(rest);
    assertThat(rest.started).containsExactly("n4, seed 0", "n2, seed 1", "n4, seed 1");
    // A result that was not written any more is measured again, without training.
    Files.delete(folder.resolve("broken/results/n4_seed1.json"));
    Teller last = new Teller();
    StudyResult found = study("broken", plan).run(last);
    assertThat(last.started).isEmpty();
    assertThat(last.done).hasSize(4);

    assertThat(untimed(found)).isEqualTo(untimed(expected));
    assertThat(files(folder.resolve("broken/runs"), ".safetensors"))
        .hasSize(8)
        .isEqualTo(files(folder.resolve("straight/runs"), ".safetensors"));
    assertThat(files(folder.resolve("user"), "")).isEqualTo(before);
  }

  @Test
  void of_anotherPlan_isRefusedAndSaysWhatDiffers() throws IOException {
    base = base.with(builder -> builder.epochs(1));
    study("one", sizes(List.of(2), List.of(0L))).run(StudyListener.NONE);
    assertThatThrownBy(() -> study("one", sizes(List.of(2), List.of(0L, 1L))))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "%s: holds a study with another plan: seeds is [0] there, [0, 1] now; name another folder"
                .formatted(folder.resolve("one")));
    base = base.with(builder -> builder.epochs(3));
    assertThatThrownBy(() -> study("one", sizes(List.of(2, 3), List.of(0L))))
        .hasMessageContaining(
            "cells.n2.epochs is 1 there, 3 now; cells.n3.anchor_t is nothing there");
    // What has no influence on results may change.
    base = base.with(builder -> builder.epochs(1).loaderThreads(2));
    assertThat(study("one", sizes(List.of(2), List.of(0L))).found().runs()).hasSize(1);
    // Changed labels make another study.
    Files.writeString(folder.resolve("user/labels/val/0.txt"), "0 0.5 0.5 0.25 0.25\n");
    assertThatThrownBy(() -> study("one", sizes(List.of(2), List.of(0L))))
        .hasMessageContaining("data.validation_labels_sha256 is ");
  }

  @Test
  void of_aFolderWithOtherFiles_isRefused() throws IOException {
    StudyPlan plan = sizes(List.of(2), List.of(0L));
    assertThatThrownBy(() -> study("user", plan))
        .hasMessage(
            folder.resolve("user")
                + ": the folder of a new study must be empty or absent; it holds files already");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> study("file/study", plan))
        .hasMessage(
            "%s: the study's folder cannot be written: %s must be a folder that can be written to"
                .formatted(folder.resolve("file/study"), file));
  }

  @Test
  void plans_refuseWhatCannotBeTrained() {
    assertThatThrownBy(() -> sizes(List.of(2), List.of()))
        .hasMessage("a study needs at least one seed, and each only once, got []");
    assertThatThrownBy(() -> sizes(List.of(), List.of(0L)))
        .hasMessage("a study of the pictures a class needs at least one");
    assertThatThrownBy(() -> sizes(List.of(0), List.of(0L)))
        .hasMessage("a subset needs at least 1 picture, got 0");
    assertThatThrownBy(() -> sizes(List.of(2, 100), List.of(0L)))
        .hasMessageContaining("a subset of 100 pictures a class is larger than the class 'red'");
    base = base.with(builder -> builder.model("yolov5m7"));
    assertThatThrownBy(() -> sizes(List.of(2), List.of(0L)))
        .hasMessageStartingWith("yolov5m7: no such file")
        .hasMessageContaining("yolov5m");
    base = base.with(builder -> builder.model("yolov5n").imageSize(50));
    assertThatThrownBy(() -> sizes(List.of(2), List.of(0L)))
        .hasMessageStartingWith("the image size must be a multiple of the largest stride 32 of ");
    base = base.with(builder -> builder.imageSize(64).weights(folder.resolve("no.pt")));
    assertThatThrownBy(() -> sizes(List.of(2), List.of(0L)))
        .hasMessage(folder.resolve("no.pt") + ": there is no such file of weights");
  }

  @Test
  void augment_setsPresets_andSaysWhereNothingIsPasted() throws IOException {
    StudyPlan plan =
        StudyPlans.augment(
            base,
            data(Optional.empty()),
            List.of(AugmentPreset.named("none"), AugmentPreset.named("aug8")),
            List.of(0L));
    assertThat(plan.cells().get(0).options().hyperparameters().mosaic()).isZero();
    assertThat(plan.cells().get(1).options().epochs()).isEqualTo(4);
    assertThat(plan.cells().get(1).options().hyperparameters().copyPaste()).isEqualTo(0.5);
    assertThat(plan.data().notes())
        .contains("warning: no label has an outline, so copy_paste changes nothing in aug8");
  }

  @Test
  void freeze_hasThreeCells_andNeedsAThaw() throws IOException {
    StudyData data = data(Optional.empty());
    FreezePlan rows = FreezePlan.ofRows(2);
    StudyPlan plan = StudyPlans.freeze(base, data, FreezePhases.thawing(rows, 1, 0.5), List.of(0L));
    assertThat(plan.cells())
        .extracting(cell -> cell.name() + " " + cell.options().freeze().frozenIn(1))
        .containsExactly("none false", "frozen true", "thawed false");
    FreezePhases never = FreezePhases.thawing(rows, 2, 0.5);
    assertThatThrownBy(() -> StudyPlans.freeze(base, data, never, List.of(0L)))
        .hasMessage(
            "the epochs before the thaw must be at least 1 and under the 2 of the run, got 2");
  }

  @Test
  void backbone_timesEachNetworkOnEachBackend_once() throws IOException {
    Path tiny = folder.resolve("user/tiny.yaml");
    Path other = folder.resolve("user/other.yaml");
    Files.writeString(other, Files.readString(tiny).replace("Conv, [8, 3, 2]", "Conv, [16, 3, 2]"));
    StudyPlan plan =
        StudyPlans.backbone(
            base.with(builder -> builder.epochs(1)),
            data(Optional.empty()),
            List.of(
                new StudyPlans.Network(tiny.toString(), null),
                new StudyPlans.Network(other.toString(), null)),
            List.of(0L));
    StudyResult result = study("networks", plan).run(StudyListener.NONE);
    assertThat(result.times())
        .extracting(time -> time.cell() + " " + time.backend())
        .containsExactly("tiny torch", "tiny onednn", "other torch", "other onednn");
    assertThat(result.times())
        .allSatisfy(
            time -> {
              assertThat(time.problem()).isNull();
              assertThat(time.runs()).isEqualTo(3);
              assertThat(time.minimum()).isPositive().isLessThanOrEqualTo(time.median());
              assertThat(time.median()).isLessThanOrEqualTo(time.p95());
            });
    assertThat(plan.network(plan.cells().get(1)).flops())
        .isGreaterThan(plan.network(plan.cells().get(0)).flops());
    assertThat(study("networks", plan).run(StudyListener.NONE)).isEqualTo(result);
  }

  @Test
  void run_whileAnotherOneRuns_isRefused() throws IOException {
    StudyPlan plan = sizes(List.of(2), List.of(0L));
    List<String> messages = new ArrayList<>();
    Runnable second =
        () -> {
          try {
            study("locked", plan).run(StudyListener.NONE);
          } catch (IOException | TrainingException e) {
            messages.add(String.valueOf(e.getMessage()));
          }
        };
    study("locked", plan).run(new Teller(1, second));
    assertThat(messages)
        .containsExactly(folder.resolve("locked") + ": another process works on this study");
  }
}
