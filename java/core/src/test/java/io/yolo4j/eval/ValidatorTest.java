package io.yolo4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.FakeExecutor;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidatorTest {
  private static final ValidationOptions OPTIONS =
      ValidationOptions.defaults().withImageSize(64).withBatchSize(2).withRectangular(false);

  @TempDir Path folder = Path.of("");

  /*
   * Pictures of 128x128 in a frame of 64x64. The network finds an object of class 1 in cell (3, 1)
   * of stride 8 wherever the picture is bright: centre 28, 12 and side 16 in the frame, so 40, 8 to
   * 72, 40 in the picture.
   */
  private static void findBright(ImageBatch batch, List<RawHead> heads) {
    int slotBytes = batch.height() * batch.width() * 3;
    for (int i = 0; i < batch.images(); i++) {
      if ((batch.pixels().get(i * slotBytes + slotBytes / 2) & 0xff) > 200) {
        FakeExecutor.put(heads.get(0), i, 1, 3, 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_constructedHeads_givesTheExpectedMeasures(boolean compatible) throws IOException {
    picture("a", 0xffffff, "1 0.4375 0.1875 0.25 0.25\n");
    picture("b", 0xffffff, "");
    picture("c", 0x000000, "0 0.5 0.5 0.25 0.25\n0 0.2 0.2 0.1 0.1\n");
    FakeExecutor executor = new FakeExecutor(FakeExecutor.head(2), ValidatorTest::findBright);
    Recorder recorder = new Recorder();
    ValidationResult result =
        new Validator(executor, OPTIONS.withCompatible(compatible)).run(dataset(), recorder);
    assertThat(executor.shapes()).containsExactly("2x64x64", "1x64x64");
    assertThat(recorder.batches).containsExactly("1/2", "2/2");
    assertThat(result.images()).isEqualTo(3);
    assertThat(result.labels()).isEqualTo(3);
    assertThat(recorder.detections.get(0).get(0).box()).isEqualTo(new Box(40, 8, 72, 40));
    assertThat(recorder.detections.get(0).get(0).className()).isEqualTo("dog");
    // Class 1: one right and one wrong detection of equal confidence; class 0: never found.
    assertThat(result.classes()).hasSize(2);
    ClassResult cat = result.classes().get(0);
    assertThat(cat).isEqualTo(new ClassResult(0, "cat", 1, 2, 0, 0, 0, 0));
    ClassResult dog = result.classes().get(1);
    assertThat(dog.images()).isEqualTo(1);
    assertThat(dog.ap50()).isCloseTo(0.995, within(1e-9));
    assertThat(dog.ap50To95()).isCloseTo(0.995, within(1e-9));
    assertThat(result.map50()).isCloseTo(0.4975, within(1e-9));
    assertThat(result.fitness()).isCloseTo(0.4975, within(1e-9));
    assertThat(result.confusion().at(1, 1)).isEqualTo(1);
    // The compatible matrix leaves out what has no labels (b) or no detections (c).
    assertThat(result.confusion().at(1, 2)).isEqualTo(compatible ? 0 : 1);
    assertThat(result.confusion().at(2, 0)).isEqualTo(compatible ? 0 : 2);
    assertThat(result.inferenceMillis()).isPositive();
    assertThat(result.preprocessMillis()).isPositive();
    assertThat(result.nmsMillis()).isPositive();
  }

  @Test
  void run_unreadablePicture_isReportedAndSkipped() throws IOException {
    picture("a", 0xffffff, "1 0.4375 0.1875 0.25 0.25\n");
    picture("b", 0xffffff, "1 0.4375 0.1875 0.25 0.25\n");
    Dataset dataset = dataset();
    Path file = folder.resolve("images/b.png");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 6));
    FakeExecutor executor = new FakeExecutor(FakeExecutor.head(2), ValidatorTest::findBright);
    Recorder recorder = new Recorder();
    ValidationResult result = new Validator(executor, OPTIONS).run(dataset, recorder);
    assertThat(result.images()).isEqualTo(1);
    assertThat(result.labels()).isEqualTo(1);
    assertThat(result.issues()).hasSize(1);
    assertThat(recorder.skipped).isEqualTo(result.issues());
    assertThat(result.issues().get(0).toString())
        .startsWith(file + ": cannot read picture: the file is cut off");
    assertThat(result.map50()).isCloseTo(0.995, within(1e-9));
  }

  @Test
  void run_rectangular_fitsTheFrames() throws IOException {
    picture("a", 0xffffff, "1 0.4375 0.1875 0.25 0.25\n");
    FakeExecutor executor = new FakeExecutor(FakeExecutor.head(2), ValidatorTest::findBright);
    ValidationResult result =
        new Validator(executor, OPTIONS.withRectangular(true))
            .run(dataset(), ValidationListener.NONE);
    assertThat(executor.shapes()).containsExactly("1x96x96");
    assertThat(result.images()).isEqualTo(1);
  }

  @Test
  void run_otherClassCount_throws() throws IOException {
    picture("a", 0, "");
    FakeExecutor executor = new FakeExecutor(FakeExecutor.head(3), ValidatorTest::findBright);
    Dataset dataset = dataset();
    assertThatThrownBy(() -> new Validator(executor, OPTIONS).run(dataset, ValidationListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the data set "
                + folder.resolve("data.yaml")
                + " (val) has 2 classes, the network has 3 (fake)");
    assertThat(executor.shapes()).isEmpty();
  }

  private Dataset dataset() throws IOException {
    Path file = Files.writeString(folder.resolve("data.yaml"), "val: images\nnames: [cat, dog]\n");
    return Dataset.scan(DatasetConfig.read(file), Split.VAL, ScanOptions.defaults());
  }

  private void picture(String name, int colour, String labels) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("labels"));
    ImageWriter.write(Pictures.plain(128, 128, colour), folder.resolve("images/" + name + ".png"));
    Files.writeString(folder.resolve("labels/" + name + ".txt"), labels);
  }

  private static final class Recorder implements ValidationListener {
    final List<String> batches = new ArrayList<>();
    final List<List<Detection>> detections = new ArrayList<>();
    final List<DataIssue> skipped = new ArrayList<>();

    @Override
    public void batchDone(int done, int total) {
      batches.add(done + "/" + total);
    }

    @Override
    public void pictureDone(Sample sample, List<Detection> found) {
      detections.add(found);
    }

    @Override
    public void pictureSkipped(DataIssue issue) {
      skipped.add(issue);
    }
  }
}
