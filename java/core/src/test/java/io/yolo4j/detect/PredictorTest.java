package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Pictures;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredictorTest {
  private static final PredictorOptions OPTIONS = PredictorOptions.defaults().withImageSize(64);

  @Test
  void predict_widePicture_mapsTheBoxBack() {
    FakeExecutor executor =
        new FakeExecutor(
            FakeExecutor.head(2), (batch, heads) -> FakeExecutor.put(heads.get(0), 0, 1, 3, 1));
    Predictor predictor = new Predictor(executor, List.of("cat", "dog"), OPTIONS);
    // 128x32 becomes 64x16 in a frame of 64x32: gain 0.5, 8 rows of border above.
    Prediction prediction = predictor.predict(Pictures.plain(128, 32, 0x808080));
    assertThat(executor.shapes()).containsExactly("1x32x64");
    assertThat(prediction.detections()).hasSize(1);
    Detection dog = prediction.detections().get(0);
    assertThat(dog.classId()).isEqualTo(1);
    assertThat(dog.label()).isEqualTo("dog 1.00");
    assertThat(dog.confidence()).isCloseTo(1, within(1e-5f));
    // Cell (3, 1) of stride 8: centre 28, 12; anchor 16.
    assertThat(dog.box()).isEqualTo(new Box(40, 0, 72, 24));
    assertThat(dog.normalized(new ImageSize(128, 32)).centreX()).isEqualTo(56.0 / 128);
    assertThat(prediction.times().totalNanos()).isPositive();
  }

  @Test
  void predict_busFixture_seesTheBusAndThePeople() throws IOException {
    TensorFixture fixture = Shared.tensors("forward/model_yolov5n_coco_bus320.safetensors");
    Image bus = ImageDecoders.preferred().read(Shared.path("data/images/bus.jpg"));
    double[] expectedPixels = fixture.get("input_uint8").values();
    FakeExecutor executor =
        new FakeExecutor(
            HeadDecoderTest.cocoHead(80),
            (batch, heads) -> {
              assertThat(meanDifference(batch, expectedPixels)).isLessThan(1);
              for (int l = 0; l < 3; l++) {
                heads.get(l).values().put(0, fixture.get("raw" + l).floats());
              }
            });
    Prediction prediction =
        new Predictor(executor, List.of(), PredictorOptions.defaults().withImageSize(320))
            .predict(bus);
    assertThat(executor.shapes()).containsExactly("1x320x256");
    assertThat(prediction.detections().stream().map(Detection::classId)).contains(0, 5);
    for (Detection detection : prediction.detections()) {
      if (detection.classId() == 5) {
        // The bus fills the middle of the picture, the street is below it.
        assertThat(detection.box().iou(new Box(20, 230, 800, 760))).isGreaterThan(0.8f);
      }
    }
  }

  /* The fixture is CHW, the batch HWC. */
  private static double meanDifference(ImageBatch batch, double[] expected) {
    int area = batch.height() * batch.width();
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      int pixel = batch.pixels().get(i % area * 3 + i / area) & 0xff;
      sum += Math.abs(pixel - expected[i]);
    }
    return sum / expected.length;
  }

  @Test
  void predict_imageSizeBetweenStrides_isRaised() {
    FakeExecutor executor = new FakeExecutor(FakeExecutor.head(1), (batch, heads) -> {});
    Predictor predictor = new Predictor(executor, List.of(), OPTIONS.withImageSize(65));
    assertThat(predictor.predict(Pictures.plain(10, 10, 0)).detections()).isEmpty();
    assertThat(executor.shapes()).containsExactly("1x96x96");
  }

  @Test
  void predict_classFilter_dropsOthers() {
    FakeExecutor executor =
        new FakeExecutor(
            FakeExecutor.head(3), (batch, heads) -> FakeExecutor.put(heads.get(0), 0, 1, 1, 1));
    Predictor predictor = new Predictor(executor, List.of(), OPTIONS.withClasses(Set.of(0, 2)));
    assertThat(predictor.predict(Pictures.plain(64, 64, 0)).detections()).isEmpty();
    Predictor kept = new Predictor(executor, List.of(), OPTIONS.withClasses(Set.of(1)));
    List<Detection> detections = kept.predict(Pictures.plain(64, 64, 0)).detections();
    assertThat(detections).hasSize(1);
    assertThat(detections.get(0).className()).isNull();
    assertThat(detections.get(0).label()).isEqualTo("1 1.00");
  }

  @Test
  void predict_augmented_runsThreePassesAndUnflips() {
    // The same network finds an object near the left edge of whatever it sees.
    FakeExecutor executor =
        new FakeExecutor(
            FakeExecutor.head(1), (batch, heads) -> FakeExecutor.put(heads.get(1), 0, 2, 1, 0));
    Predictor predictor =
        new Predictor(executor, List.of(), OPTIONS.withImageSize(192).withAugment(true));
    List<Detection> detections = predictor.predict(Pictures.plain(192, 192, 0)).detections();
    // 192·0.83 = 159 in 160, 192·0.67 = 128.
    assertThat(executor.shapes()).containsExactly("1x192x192", "1x160x160", "1x128x128");
    // Stride 16, centre 24: 24 at full size, 192 − 24·192/159 mirrored, 24·192/128 reduced.
    assertThat(detections.stream().map(d -> (double) d.box().centreX()).sorted())
        .satisfiesExactly(
            x -> assertThat(x).isCloseTo(24, within(1e-3)),
            x -> assertThat(x).isCloseTo(36, within(1e-3)),
            x -> assertThat(x).isCloseTo(192 - 24 * 192.0 / 159, within(1e-3)));
  }

  @Test
  void predict_augmented_clipsTheTails() {
    FakeExecutor coarse =
        new FakeExecutor(
            FakeExecutor.head(1), (batch, heads) -> FakeExecutor.put(heads.get(2), 0, 0, 0, 0));
    PredictorOptions options =
        OPTIONS
            .withImageSize(192)
            .withAugment(true)
            .withNms(NmsOptions.detection().withIouThreshold(1));
    assertThat(
            new Predictor(coarse, List.of(), options)
                .predict(Pictures.plain(192, 192, 0))
                .detections())
        .hasSize(2);
    FakeExecutor fine =
        new FakeExecutor(
            FakeExecutor.head(1), (batch, heads) -> FakeExecutor.put(heads.get(0), 0, 0, 0, 0));
    assertThat(
            new Predictor(fine, List.of(), options)
                .predict(Pictures.plain(192, 192, 0))
                .detections())
        .hasSize(2);
  }

  @Test
  void mirror_twice_isTheSame() {
    var picture = Pictures.random(7, 3, 4);
    var mirrored = AugmentedPass.mirror(picture);
    assertThat(mirrored.value(0, 2, 1)).isEqualTo(picture.value(6, 2, 1));
    assertThat(AugmentedPass.mirror(mirrored).rgb()).isEqualTo(picture.rgb());
  }

  @Test
  void new_wrongNames_throws() {
    FakeExecutor executor = new FakeExecutor(FakeExecutor.head(2), (batch, heads) -> {});
    assertThatThrownBy(() -> new Predictor(executor, List.of("cat"), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has 2 classes, got 1 class names");
  }
}
