package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Graph;
import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.Initializer;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A detector of a network with random weights, from one thread and from many. */
@Timeout(120)
final class DetectorTest {
  private static final int CALLERS = 8;

  @Test
  void detect_eightThreads_givesWhatOneGives() throws Exception {
    List<Image> pictures = pictures(24);
    List<List<Detection>> alone;
    try (Detector detector = Detector.of(model(), options(1))) {
      alone = detector.detectAll(pictures);
    }
    assertThat(alone).anySatisfy(found -> assertThat(found).isNotEmpty());
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try (Detector detector = Detector.of(model(), options(3))) {
      List<Callable<List<Detection>>> tasks = new ArrayList<>();
      pictures.forEach(picture -> tasks.add(() -> detector.detect(picture)));
      List<List<Detection>> together = new ArrayList<>();
      for (Future<List<Detection>> result : threads.invokeAll(tasks)) {
        together.add(result.get());
      }
      assertThat(together).isEqualTo(alone);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void detectAll_threeAtOnce_givesTheSameBitsInOrder() {
    List<Image> pictures = pictures(24);
    List<List<Detection>> expected;
    try (Detector detector = Detector.of(model(), options(1))) {
      expected = pictures.stream().map(detector::detect).toList();
    }
    Detector detector = Detector.of(model(), options(3));
    assertThat(detector.detectAll(pictures)).isEqualTo(expected);
    detector.close();
    assertThatThrownBy(() -> detector.detectAll(pictures))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the detector is closed");
  }

  @Test
  void stream_ofADetector_givesWhatDetectGives() throws Exception {
    List<Image> pictures = pictures(12);
    List<List<Detection>> streamed = new ArrayList<>();
    try (Detector detector = Detector.of(model(), options(2))) {
      List<List<Detection>> expected = detector.detectAll(pictures);
      try (DetectionStream stream =
          detector.stream(
              FrameSource.of(pictures),
              (index, frame, prediction) -> streamed.add(prediction.detections()),
              StreamOptions.waiting())) {
        assertThat(stream.await().results()).isEqualTo(12);
      }
      assertThat(streamed).isEqualTo(expected);
    }
  }

  @Test
  void of_modelWithThresholds_usesThemUntilTold() {
    Image picture = pictures(1).get(0);
    LoadedModel plain = model();
    PredictorOptions found = options(1).prediction();
    LoadedModel stored =
        new LoadedModel(plain.model(), plain.graph(), plain.state(), plain.classNames(), found);
    PlanOptions plan = PlanOptions.defaults().withThreads(1);
    try (Detector detector = Detector.of(stored, DetectorOptions.defaults().withPlan(plan));
        Detector same = Detector.of(plain, options(1))) {
      assertThat(detector.detect(picture)).isNotEmpty().isEqualTo(same.detect(picture));
    }
    DetectorOptions explicit =
        DetectorOptions.defaults().withPlan(plan).withPrediction(found.withConfidence(1));
    try (Detector detector = Detector.of(stored, explicit)) {
      assertThat(detector.detect(picture)).isEmpty();
    }
  }

  @Test
  void detect_afterClose_throws() {
    Detector detector = Detector.of(model(), options(1));
    detector.close();
    detector.close();
    assertThatThrownBy(() -> detector.detect(pictures(1).get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the detector is closed");
  }

  @Test
  void close_whileOthersDetect_waitsOrThrows() throws Exception {
    Image picture = pictures(1).get(0);
    Detector detector = Detector.of(model(), options(2));
    List<Detection> expected = detector.detect(picture);
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    CountDownLatch running = new CountDownLatch(CALLERS);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      results.add(threads.submit(() -> detectUntilClosed(detector, picture, expected, running)));
    }
    assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
    detector.close();
    for (Future<Integer> result : results) {
      assertThat(result.get(60, TimeUnit.SECONDS)).isPositive();
    }
    threads.shutdownNow();
  }

  private static int detectUntilClosed(
      Detector detector, Image picture, List<Detection> expected, CountDownLatch running) {
    for (int count = 1; ; count++) {
      try {
        assertThat(detector.detect(picture)).isEqualTo(expected);
        running.countDown();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("the detector is closed");
        running.countDown();
        return count;
      }
    }
  }

  @Test
  void close_everything_freesNativeMemory() {
    try (Detector first = Detector.of(model(), options(2))) {
      first.warmUp(64, 48);
    }
    long before = NativePointers.settled();
    for (int i = 0; i < 3; i++) {
      try (Detector detector = Detector.of(model(), options(2))) {
        detector.warmUp(64, 48);
        detector.detect(pictures(1).get(0));
      }
    }
    assertThat(NativePointers.settled()).isEqualTo(before);
  }

  @Test
  void detect_manyShapes_keepsTheSameAnswers() {
    try (Detector detector = Detector.of(model(), options(1))) {
      Image wide = noise(96, 32, 1);
      List<Detection> expected = detector.detect(wide);
      // More sizes of frames than are kept.
      for (int height = 16; height <= 96; height += 8) {
        detector.detect(noise(96, height, height));
      }
      assertThat(detector.detect(wide)).isEqualTo(expected);
    }
  }

  @Test
  void detect_onePixelOrALongLine_findsWhatLiesWithin() {
    try (Detector detector = Detector.of(model(), options(1))) {
      for (Image picture : List.of(noise(1, 1, 1), noise(20_000, 20, 1), noise(20, 20_000, 1))) {
        List<Detection> found = detector.detect(picture);
        assertThat(found).isNotEmpty().isEqualTo(detector.detect(picture));
        assertThat(found)
            .allSatisfy(
                one -> {
                  assertThat(one.box().x1()).isBetween(0f, one.box().x2());
                  assertThat(one.box().y1()).isBetween(0f, one.box().y2());
                  assertThat(one.box().x2()).isLessThanOrEqualTo(picture.width());
                  assertThat(one.box().y2()).isLessThanOrEqualTo(picture.height());
                });
      }
    }
  }

  @Test
  void detect_greyOrAlpha_isWhatItsColoursGive() {
    Random random = new Random(4);
    BufferedImage grey = new BufferedImage(70, 50, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage equal = new BufferedImage(70, 50, BufferedImage.TYPE_INT_RGB);
    BufferedImage alpha = new BufferedImage(70, 50, BufferedImage.TYPE_INT_ARGB);
    BufferedImage colours = new BufferedImage(70, 50, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 70 * 50; i++) {
      int level = random.nextInt(256);
      grey.getRaster().setSample(i % 70, i / 70, 0, level);
      equal.setRGB(i % 70, i / 70, level * 0x010101);
      int argb = random.nextInt();
      alpha.setRGB(i % 70, i / 70, argb);
      colours.setRGB(i % 70, i / 70, argb & 0xffffff);
    }
    try (Detector detector = Detector.of(model(), options(1))) {
      assertThat(detector.detect(grey)).isNotEmpty().isEqualTo(detector.detect(equal));
      assertThat(detector.detect(alpha)).isNotEmpty().isEqualTo(detector.detect(colours));
      BufferedImage dot = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
      assertThat(detector.detect(dot)).isNotEmpty();
    }
  }

  @Test
  void options_noPictureAtOnce_isRefused() {
    assertThatThrownBy(() -> DetectorOptions.defaults().withParallel(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("at least 1 picture must be worked on at once, got 0");
  }

  private static LoadedModel model() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    Graph graph = model.graph();
    return new LoadedModel(model, graph, Initializer.initialize(graph, 5), List.of());
  }

  /** So low a confidence that random weights find something. */
  private static DetectorOptions options(int parallel) {
    return DetectorOptions.defaults()
        .withPrediction(PredictorOptions.defaults().withImageSize(96).withConfidence(1e-5f))
        .withPlan(PlanOptions.defaults().withThreads(1))
        .withParallel(parallel);
  }

  private static List<Image> pictures(int count) {
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(noise(96, i % 2 == 0 ? 96 : 60, i));
    }
    return pictures;
  }

  private static Image noise(int width, int height, int seed) {
    byte[] rgb = new byte[width * height * Image.CHANNELS];
    new Random(seed).nextBytes(rgb);
    return Image.wrap(rgb, width, height);
  }
}
