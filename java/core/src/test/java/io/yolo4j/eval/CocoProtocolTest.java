package io.yolo4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.Label;
import io.yolo4j.data.Polygon;
import io.yolo4j.detect.Detection;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CocoProtocolTest {
  private static final double EXACT = 1e-12;

  private static Detection found(float confidence, float x, float y, float side) {
    return new Detection(0, null, confidence, new Box(x, y, x + side, y + side));
  }

  private static CocoTruth truth(float x, float y, float side) {
    return new CocoTruth(0, new Box(x, y, x + side, y + side));
  }

  private static CocoResult of(List<Detection> detections, List<CocoTruth> truths) {
    CocoProtocol protocol = new CocoProtocol();
    protocol.add(detections, truths);
    return protocol.result();
  }

  @Test
  void result_oneOfTwoFound_has51Of101Recalls() {
    CocoResult result =
        of(List.of(found(0.9f, 0, 0, 50)), List.of(truth(0, 0, 50), truth(200, 200, 50)));
    assertThat(result.ap()).isCloseTo(51.0 / 101, within(EXACT));
    assertThat(result.ap50()).isCloseTo(51.0 / 101, within(EXACT));
    assertThat(result.apMedium()).isCloseTo(51.0 / 101, within(EXACT));
    assertThat(result.apSmall()).isNaN();
    assertThat(result.arLarge()).isNaN();
    assertThat(result.ar1()).isEqualTo(0.5);
    assertThat(result.classes())
        .containsExactly(
            new CocoResult.ClassFigures(0, 2, result.ap(), result.ap50(), result.ap75(), 0.5));
  }

  @Test
  void result_wrongBeforeRight_halvesPrecision() {
    CocoResult result =
        of(List.of(found(0.9f, 300, 300, 50), found(0.8f, 0, 0, 50)), List.of(truth(0, 0, 50)));
    assertThat(result.ap()).isCloseTo(0.5, within(EXACT));
    // One detection a picture is the wrong one.
    assertThat(result.ar1()).isZero();
    assertThat(result.ar10()).isEqualTo(1);
  }

  @Test
  void result_iouOf08_isRightUpTo080() {
    // 40 x 50 of 50 x 50: IoU 0.8 exactly; right at 0.50 … 0.80, seven of ten thresholds.
    Detection part = new Detection(0, null, 0.5f, new Box(0, 0, 40, 50));
    CocoResult result = of(List.of(part), List.of(truth(0, 0, 50)));
    assertThat(result.ap()).isCloseTo(0.7, within(EXACT));
    assertThat(result.ap75()).isEqualTo(1);
    assertThat(result.ar100()).isCloseTo(0.7, within(EXACT));
  }

  @Test
  void result_bestTruthTaken_fallsBackToAnother() {
    // Both detections overlap the first truth most; the second still finds the other.
    List<CocoTruth> truths = List.of(truth(0, 0, 100), truth(30, 0, 100));
    List<Detection> detections = List.of(found(0.9f, 0, 0, 100), found(0.8f, 10, 0, 100));
    assertThat(of(detections, truths).ap50()).isEqualTo(1);
    List<GroundTruth> same = truths.stream().map(truth -> new GroundTruth(0, truth.box())).toList();
    assertThat(DetectionMatching.match(detections, same).get(1).correctAt(0)).isFalse();
  }

  @Test
  void result_crowd_isNeitherRightNorWrong() {
    CocoTruth crowd = new CocoTruth(0, new Box(0, 0, 200, 200), 40_000, true);
    List<Detection> inside = new ArrayList<>(List.of(found(0.5f, 300, 0, 50)));
    // Any number may lie in it, though each covers a small share of it.
    IntStream.range(0, 5).forEach(i -> inside.add(found(0.9f, 20 * i, 10, 50)));
    CocoResult result = of(inside, List.of(crowd, truth(300, 0, 50)));
    assertThat(result.ap()).isEqualTo(1);
    assertThat(result.classes().get(0).objects()).isEqualTo(1);
    assertThat(of(List.of(), List.of(crowd)).ap()).isNaN();
  }

  @Test
  void result_sizes_leaveOutOthers() {
    // A side of 32 is small and medium at once; one of 20 is small, one of 100 large.
    List<CocoTruth> truths = List.of(truth(0, 0, 20), truth(100, 0, 32), truth(200, 0, 100));
    CocoResult result = of(List.of(found(0.9f, 200, 0, 100), found(0.8f, 0, 0, 20)), truths);
    assertThat(result.arLarge()).isEqualTo(1);
    assertThat(result.apLarge()).isEqualTo(1);
    assertThat(result.arMedium()).isZero();
    assertThat(result.arSmall()).isEqualTo(0.5);
    // The detection of the large one is no mistake among small ones.
    assertThat(result.apSmall()).isCloseTo(51.0 / 101, within(EXACT));
  }

  @Test
  void result_detectionsOver100_dontCount() {
    List<Detection> detections = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> detections.add(found(0.9f, 500, 4 * i, 30)));
    detections.add(found(0.1f, 0, 0, 50));
    assertThat(of(detections, List.of(truth(0, 0, 50))).ar100()).isZero();
    assertThat(of(detections.subList(1, 101), List.of(truth(0, 0, 50))).ar100()).isEqualTo(1);
  }

  @Test
  void result_nothing_isNaN() {
    CocoResult result = new CocoProtocol().result();
    assertThat(result.ap()).isNaN();
    assertThat(result.classes()).isEmpty();
    // A class without an object doesn't count, whatever is found of it.
    assertThat(of(List.of(found(0.9f, 0, 0, 10)), List.of()).ap()).isNaN();
  }

  @Test
  void truth_outline_hasItsArea() {
    ImageSize picture = new ImageSize(200, 100);
    Polygon half = new Polygon(0.25, 0.5, 0.75, 0.5, 0.25, 1);
    CocoTruth truth = CocoTruth.of(new Label(3, half.box(), half), picture);
    // A triangle of 100 x 50 pixels.
    assertThat(truth.area()).isCloseTo(2500, within(1e-9));
    assertThat(truth.box()).isEqualTo(new Box(50, 50, 150, 100));
    assertThat(CocoTruth.of(new Label(3, half.box()), picture).area()).isEqualTo(5000);
    assertThatThrownBy(() -> new CocoTruth(0, truth.box(), -1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class id and area must not be negative, got 0 and -1.0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void result_randomPictures_equalsBruteForce(int seed) {
    List<CocoReference.Picture> pictures = pictures(new Random(seed));
    CocoProtocol protocol = new CocoProtocol();
    pictures.forEach(picture -> protocol.add(picture.detections(), picture.truths()));
    CocoResult result = protocol.result();
    CocoReference reference = new CocoReference(pictures);
    check("ap", result.ap(), ious(), c -> iou -> reference.precision(c, iou, 0, 1e10));
    check("ap50", result.ap50(), one(0.5), c -> iou -> reference.precision(c, iou, 0, 1e10));
    check("ap75", result.ap75(), one(0.75), c -> iou -> reference.precision(c, iou, 0, 1e10));
    check("small", result.apSmall(), ious(), c -> iou -> reference.precision(c, iou, 0, 1024));
    check("medium", result.apMedium(), ious(), c -> iou -> reference.precision(c, iou, 1024, 9216));
    check("large", result.apLarge(), ious(), c -> iou -> reference.precision(c, iou, 9216, 1e10));
    check("ar1", result.ar1(), ious(), c -> iou -> reference.recall(c, iou, 0, 1e10, 1));
    check("ar10", result.ar10(), ious(), c -> iou -> reference.recall(c, iou, 0, 1e10, 10));
    check("ar100", result.ar100(), ious(), c -> iou -> reference.recall(c, iou, 0, 1e10, 100));
    check("arS", result.arSmall(), ious(), c -> iou -> reference.recall(c, iou, 0, 1024, 100));
    check("arM", result.arMedium(), ious(), c -> iou -> reference.recall(c, iou, 1024, 9216, 100));
    check("arL", result.arLarge(), ious(), c -> iou -> reference.recall(c, iou, 9216, 1e10, 100));
    assertThat(result.ap()).isBetween(0.05, 0.95);
    assertThat(result.classes().stream().mapToDouble(CocoResult.ClassFigures::ap).average())
        .hasValueCloseTo(result.ap(), within(EXACT));
  }

  private static double[] ious() {
    return IntStream.range(0, 10).mapToDouble(i -> (50 + 5 * i) / 100.0).toArray();
  }

  private static double[] one(double iou) {
    return new double[] {iou};
  }

  private static void check(
      String name, double actual, double[] ious, IntFunction<DoubleUnaryOperator> reference) {
    double[] means =
        IntStream.range(0, 3)
            .mapToDouble(c -> DoubleStream.of(ious).map(reference.apply(c)).average().orElseThrow())
            .filter(value -> !Double.isNaN(value))
            .toArray();
    assertThat(actual).as(name).isCloseTo(DoubleStream.of(means).average().orElse(0), within(1e-9));
  }

  /** Objects of all sizes, some crowds; detections near them with ties of confidence, and noise. */
  private static List<CocoReference.Picture> pictures(Random random) {
    List<CocoReference.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      List<CocoTruth> truths = new ArrayList<>();
      List<Detection> detections = new ArrayList<>();
      for (int k = random.nextInt(9); k > 0; k--) {
        Box box = box(random);
        int classId = random.nextInt(3);
        double area = (double) box.width() * box.height() * (0.5 + random.nextDouble() / 2);
        truths.add(new CocoTruth(classId, box, area, random.nextInt(8) == 0));
        for (int n = random.nextInt(4); n > 0; n--) {
          float shift = box.width() * 0.2f * random.nextFloat();
          Box near = new Box(box.x1() + shift, box.y1(), box.x2() + shift, box.y2() - shift);
          detections.add(new Detection(classId, null, random.nextInt(20) / 20f, near));
        }
      }
      for (int n = random.nextInt(5); n > 0; n--) {
        detections.add(new Detection(random.nextInt(3), null, random.nextFloat(), box(random)));
      }
      pictures.add(new CocoReference.Picture(detections, truths));
    }
    return pictures;
  }

  private static Box box(Random random) {
    float x = random.nextInt(300);
    float y = random.nextInt(300);
    double side = 8 * Math.pow(2, 4.5 * random.nextDouble());
    return new Box(x, y, (float) (x + side), (float) (y + side));
  }
}
