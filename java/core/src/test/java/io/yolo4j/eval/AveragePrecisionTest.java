package io.yolo4j.eval;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AveragePrecisionTest {
  @TestFactory
  List<DynamicTest> of_fixtures_matches() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String file : Shared.fixtureNames("metrics", "ap_")) {
      tests.add(DynamicTest.dynamicTest(file, () -> check(Shared.tensors("metrics/" + file))));
    }
    if (tests.isEmpty()) {
      tests.add(
          DynamicTest.dynamicTest(
              "absent", () -> assumeTrue(false, "skipped: no shared data folder")));
    }
    return tests;
  }

  private static void check(TensorFixture fixture) {
    int[] labels = new int[100];
    for (double c : fixture.get("target_cls").values()) {
      labels[(int) c]++;
    }
    int thresholds = fixture.get("tp").shape()[1];
    AveragePrecision.Result result =
        AveragePrecision.of(detections(fixture, thresholds), labels, thresholds);
    List<ClassPrecision> classes = result.classes();
    assertThat(classes.stream().mapToDouble(ClassPrecision::classId).toArray())
        .containsExactly(fixture.get("ap_class").values());
    close("p", classes.stream().mapToDouble(ClassPrecision::precision).toArray(), fixture);
    close("r", classes.stream().mapToDouble(ClassPrecision::recall).toArray(), fixture);
    close("f1", classes.stream().mapToDouble(ClassPrecision::f1).toArray(), fixture);
    close(
        "ap",
        classes.stream()
            .flatMap(c -> c.averagePrecisions().stream())
            .mapToDouble(Double::doubleValue)
            .toArray(),
        fixture);
    checkCurves(result);
    JsonNode mean = fixture.metadataJson("mean");
    assertThat(result.precision()).isCloseTo(mean.get("P").asDouble(), within(1e-6));
    assertThat(result.recall()).isCloseTo(mean.get("R").asDouble(), within(1e-6));
    assertThat(result.map50()).isCloseTo(mean.get("mAP50").asDouble(), within(1e-6));
    assertThat(result.map50To95()).isCloseTo(mean.get("mAP").asDouble(), within(1e-6));
  }

  /** The curves hold the numbers that were read from them, and AP is the area under one. */
  private static void checkCurves(AveragePrecision.Result result) {
    assertThat(result.curves()).hasSameSizeAs(result.classes());
    int best = 0;
    while (PrecisionCurves.place(best) < result.bestConfidence()) {
      best++;
    }
    for (int i = 0; i < result.classes().size(); i++) {
      ClassPrecision expected = result.classes().get(i);
      PrecisionCurves curves = result.curves().get(i);
      assertThat(curves.classId()).isEqualTo(expected.classId());
      assertThat(curves.precision(best)).isCloseTo(expected.precision(), within(1e-6));
      assertThat(curves.recall(best)).isCloseTo(expected.recall(), within(1e-6));
      assertThat(curves.f1(best)).isCloseTo(expected.f1(), within(1e-6));
      double area = 0;
      for (int point = 1; point < PrecisionCurves.POINTS; point++) {
        double step = PrecisionCurves.place(point) - PrecisionCurves.place(point - 1);
        double before = curves.precisionAtRecall(point - 1);
        assertThat(curves.precisionAtRecall(point)).isLessThanOrEqualTo(before);
        area += step * (before + curves.precisionAtRecall(point)) / 2;
      }
      // AP takes every tenth place of the curve only.
      assertThat(area).isCloseTo(expected.ap50(), within(0.01));
    }
  }

  private static List<ScoredDetection> detections(TensorFixture fixture, int thresholds) {
    double[] tp = fixture.get("tp").values();
    float[] confidences = fixture.get("conf").floats();
    double[] classes = fixture.get("pred_cls").values();
    List<ScoredDetection> detections = new ArrayList<>();
    for (int i = 0; i < confidences.length; i++) {
      int correct = 0;
      for (int t = 0; t < thresholds; t++) {
        correct |= (int) tp[i * thresholds + t] << t;
      }
      detections.add(new ScoredDetection((int) classes[i], confidences[i], correct));
    }
    return detections;
  }

  private static void close(String name, double[] actual, TensorFixture fixture) {
    assertClose(name, actual, fixture.get(name).values(), 1e-5, 1e-6);
  }

  @Test
  void area_fixtures_matches() {
    for (JsonNode c : Shared.json("metrics/metrics.json").get("compute_ap").get("cases")) {
      double area = AveragePrecision.area(doubles(c.get("recall")), doubles(c.get("precision")));
      assertThat(area).as(c.get("name").asText()).isCloseTo(c.get("ap").asDouble(), within(1e-9));
    }
  }

  @Test
  void fitness_fixtures_matches() {
    JsonNode fitness = Shared.json("metrics/metrics.json").get("fitness");
    JsonNode rows = fitness.get("rows_P_R_mAP50_mAP");
    for (int i = 0; i < rows.size(); i++) {
      double[] row = doubles(rows.get(i));
      assertThat(AveragePrecision.fitness(row[2], row[3]))
          .isCloseTo(fitness.get("fitness").get(i).asDouble(), within(1e-12));
    }
  }

  @Test
  void of_perfectClass_is0995() {
    List<ScoredDetection> detections =
        List.of(new ScoredDetection(2, 0.8f, 1023), new ScoredDetection(2, 0.9f, 1023));
    AveragePrecision.Result result = AveragePrecision.of(detections, new int[] {0, 0, 2}, 10);
    assertThat(result.classes()).hasSize(1);
    assertThat(result.map50()).isCloseTo(0.995, within(1e-12));
    assertThat(result.recall()).isCloseTo(1, within(1e-12));
    assertThat(result.bestConfidence()).isBetween(0.0, 0.8);
  }

  @Test
  void curves_twoClasses_areThoseOfTheDefinition() {
    // Class 0: a right one at 0.8, a wrong one at 0.4; two labels. Class 1: nothing found.
    AveragePrecision.Result result =
        AveragePrecision.of(
            List.of(new ScoredDetection(0, 0.8f, 1), new ScoredDetection(0, 0.4f, 0)),
            new int[] {2, 1},
            1);
    PrecisionCurves found = result.curves().get(0);
    assertThat(PrecisionCurves.place(999)).isEqualTo(1);
    assertThat(found.recall(0)).isEqualTo(0.5);
    assertThat(found.precision(0)).isEqualTo(0.5);
    assertThat(found.f1(0)).isEqualTo(0.5);
    // Over the surest detection nothing is found, and nothing of it is wrong.
    assertThat(found.recall(900)).isZero();
    assertThat(found.precision(900)).isEqualTo(1);
    assertThat(found.precisionAtRecall(0)).isEqualTo(1);
    assertThat(found.precisionAtRecall(999)).isZero();
    PrecisionCurves missed = result.curves().get(1);
    assertThat(missed.classId()).isEqualTo(1);
    assertThat(missed.precisionAtRecall(0)).isZero();
    PrecisionCurves mean = PrecisionCurves.mean(result.curves());
    assertThat(mean.recall(0)).isEqualTo(0.25);
    assertThat(mean.f1(0)).isEqualTo(0.25);
    assertThat(mean.precisionAtRecall(0)).isEqualTo(0.5);
    assertThat(result.withoutCurves().curves()).isEmpty();
    assertThat(result.withoutCurves().classes()).isEqualTo(result.classes());
    assertThat(PrecisionCurves.mean(List.of()).f1(7)).isZero();
  }

  @Test
  void result_curvesOfSomeClassesOnly_throws() {
    AveragePrecision.Result result = AveragePrecision.of(List.of(), new int[] {1, 1}, 1);
    assertThatThrownBy(
            () -> new AveragePrecision.Result(result.classes(), 0.5, result.curves().subList(0, 1)))
        .hasMessage("there must be curves of each of the 2 classes or of none, got 1");
  }

  @Test
  void of_noLabels_isEmptyAndZero() {
    AveragePrecision.Result result =
        AveragePrecision.of(List.of(new ScoredDetection(0, 0.5f, 0)), new int[1], 10);
    assertThat(result.classes()).isEmpty();
    assertThat(result.map50To95()).isZero();
  }

  @Test
  void of_tooManyThresholds_throws() {
    assertThatThrownBy(() -> AveragePrecision.of(List.of(), new int[1], 32))
        .hasMessage("the number of IoU thresholds must lie in 1 to 31, got 32");
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
