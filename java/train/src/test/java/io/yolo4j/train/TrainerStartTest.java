package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.augment.ImageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run needs before its first batch; one that cannot start leaves nothing behind. */
final class TrainerStartTest {
  @TempDir Path folder;
  private TinyRun tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = TinyRun.in(folder);
  }

  private Path run() {
    return folder.resolve("run");
  }

  private static AbstractThrowableAssert<?, ?> assertRefuses(TrainOptions options) {
    return assertThatThrownBy(() -> Trainer.of(options).run(TrainingListener.NONE));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void run_folderInUse_throwsAndKeepsTheFile() throws IOException {
    Files.createDirectories(run());
    Files.writeString(run().resolve("mine.txt"), "mine");
    assertRefuses(tiny.options("run").build())
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            run() + ": the folder of a new run must be empty or absent; it holds files already");
    assertThat(files(run())).containsExactly(run().resolve("mine.txt"));
    assertThat(run().resolve("mine.txt")).hasContent("mine");
  }

  @Test
  void run_folderBelowAFile_throws() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefuses(tiny.options("file/run").build())
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "%s: the run's folder cannot be created: %s must be a folder that can be written to",
            file.resolve("run"), file);
  }

  @Test
  void run_classBeyondTheDataSets_namesFileAndLine() throws IOException {
    Files.writeString(tiny.trainingLabels(3), "0 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2\n");
    assertRefuses(tiny.options("run").build())
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            tiny.trainingLabels(3)
                + ":2: the class must be a number from 0 to 1, got 7; the data set "
                + tiny.data()
                + " names 2 classes");
    assertThat(run()).doesNotExist();
  }

  @Test
  void run_emptyPart_namesIt() throws IOException {
    Path none = Files.createDirectories(folder.resolve("images/none"));
    Files.writeString(
        tiny.data(), "path: .\ntrain: images/none\nval: images/val\nnc: 2\nnames: [red, blue]\n");
    assertRefuses(tiny.options("run").build()).hasMessageContaining(none.toString());
    assertThat(run()).doesNotExist();
  }

  @Test
  void run_noLabelFolder_saysThatNothingCanBeLearnt() throws IOException {
    Files.move(folder.resolve("labels"), folder.resolve("elsewhere"));
    assertRefuses(tiny.options("run").build())
        .hasMessageContaining(folder.resolve("labels/train").toString());
    assertThat(run()).doesNotExist();
  }

  @Test
  void run_imageSizeBesideTheStride_throws() {
    assertRefuses(tiny.options("run").imageSize(60).build())
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "the image size must be a multiple of the network's largest stride 16, got 60; the next is 64");
  }

  @Test
  void run_frozenRowThatIsNotThere_leavesNothing() {
    assertRefuses(tiny.options("run").freeze(FreezePhases.always(FreezePlan.ofRows(9))).build())
        .hasMessage("freezing '9': there is no row 8, the model has rows 0 to 5");
    assertThat(run()).doesNotExist();
  }

  @Test
  void run_unknownModel_leavesNothing() {
    assertRefuses(tiny.options("run").model("yolov5q").build()).hasMessageContaining("yolov5q");
    assertThat(run()).doesNotExist();
  }

  @Test
  void run_twoRunsOfOneCacheFolder_learnTheSameAndShareIt()
      throws IOException, InterruptedException {
    // What was written within the last 2 seconds isn't remembered: it may still change unseen.
    Thread.sleep(2200);
    Path cache = folder.resolve("cache");
    RecordingListener plain = new RecordingListener();
    Trainer.of(tiny.options("plain").epochs(1).build()).run(plain);
    for (String name : List.of("first", "second")) {
      RecordingListener listener = new RecordingListener();
      Trainer.of(tiny.options(name).epochs(1).cache(ImageCache.DISK).cacheFolder(cache).build())
          .run(listener);
      assertThat(listener.losses).isEqualTo(plain.losses);
      assertThat(folder.resolve(name).resolve("cache")).doesNotExist();
    }
    assertThat(files(cache.resolve("pictures"))).hasSize(TinyRun.PICTURES);
    assertThat(files(cache)).hasSizeGreaterThan(TinyRun.PICTURES);
  }
}
