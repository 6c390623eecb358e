package io.yolo4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.yolo4j.image.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static final Box BOX = new Box(0, 0, 10, 10);

  private static ScoredDetection right(int classId, float confidence) {
    return new ScoredDetection(classId, confidence, 1);
  }

  private static ScoredDetection wrong(int classId, float confidence) {
    return new ScoredDetection(classId, confidence, 0);
  }

  private static GroundTruth truth(int classId) {
    return new GroundTruth(classId, BOX);
  }

  @Test
  void curves_handMade_countPictures() {
    InspectionTally tally = new InspectionTally(2, 0);
    // A scratch that is found, one taken for a dent, a clean picture flagged at 0.3, a clean one.
    tally.add(List.of(right(0, 0.8f), wrong(0, 0.2f)), List.of(truth(0)));
    tally.add(List.of(wrong(1, 0.5f)), List.of(truth(0), truth(0)));
    tally.add(List.of(wrong(0, 0.3f)), List.of());
    tally.add(List.of(), List.of());
    Inspection inspection = tally.result();

    InspectionCurves all = inspection.all().orElseThrow();
    assertThat(all.classId()).isEqualTo(InspectionCurves.ALL);
    assertThat(all.cleanPictures()).isEqualTo(2);
    assertThat(all.defectPictures()).isEqualTo(2);
    assertRates(all, 0, 0.5, 0);
    // The confidence must exceed the threshold.
    assertRates(all, 299, 0.5, 0);
    assertRates(all, 300, 0, 0);
    assertRates(all, 500, 0, 0.5);
    assertRates(all, 800, 0, 1);
    assertRates(all, 1000, 0, 1);
    assertThat(all.precision(0)).isEqualTo(0.25);
    assertThat(all.recall(0)).isEqualTo(1.0 / 3);
    assertThat(all.precision(500)).isEqualTo(1);
    assertThat(all.precision(800)).isNaN();
    // Neither rate is over 0 from 0.300 to 0.499.
    assertThat(all.balanced()).contains(399);

    InspectionCurves scratches = inspection.ofClass(0);
    assertThat(scratches.cleanPictures()).isEqualTo(2);
    assertRates(scratches, 250, 0.5, 0.5);
    InspectionCurves dents = inspection.ofClass(1);
    assertThat(dents.defectPictures()).isZero();
    assertThat(dents.overkill(0)).isEqualTo(0.25);
    assertThat(dents.escape(0)).isNaN();
    assertThat(dents.recall(0)).isNaN();
    assertThat(dents.balanced()).isEmpty();
  }

  private static void assertRates(InspectionCurves curves, int point, double over, double escape) {
    assertThat(curves.overkill(point)).as("overkill at %d", point).isEqualTo(over);
    assertThat(curves.escape(point)).as("escape at %d", point).isEqualTo(escape);
  }

  @Test
  void thresholds_lowestThatReachesThePrecision() {
    InspectionTally tally = new InspectionTally(3, 0);
    tally.add(
        List.of(
            right(0, 0.9f),
            right(0, 0.7f),
            wrong(0, 0.6f),
            right(0, 0.5f),
            wrong(0, 0.4f),
            wrong(1, 0.9f),
            right(1, 0.8f)),
        List.of(truth(0), truth(0), truth(0), truth(1)));
    Inspection inspection = tally.result();
    // 3 of 4 over 0.4; 2 of 2 over 0.6 only; class 1 never over a half, class 2 was never found.
    assertThat(inspection.thresholds(0.75)).containsExactly(entry(0, 0.4f));
    assertThat(inspection.thresholds(0.8)).containsExactly(entry(0, 0.6f));
    assertThat(inspection.thresholds(0.5)).containsExactly(entry(0, 0f), entry(1, 0f));
    assertThat(inspection.ofClass(1).highestPrecision()).isEqualTo(0.5);
    assertThat(inspection.ofClass(2).highestPrecision()).isNaN();
    assertThatThrownBy(() -> inspection.thresholds(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a precision must lie in 0 to 1, got 1.5");
  }

  @Test
  void curves_randomPictures_equalCounting() {
    Random random = new Random(7);
    InspectionTally tally = new InspectionTally(3, 0);
    List<List<ScoredDetection>> found = new ArrayList<>();
    List<List<GroundTruth>> labelled = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<ScoredDetection> detections = new ArrayList<>();
      List<GroundTruth> truths = new ArrayList<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        // Half of the confidences lie on a threshold.
        float confidence =
            random.nextBoolean()
                ? InspectionCurves.threshold(random.nextInt(1001))
                : random.nextFloat();
        detections.add(new ScoredDetection(random.nextInt(3), confidence, random.nextInt(2)));
      }
      for (int n = random.nextInt(3); n > 0; n--) {
        truths.add(truth(random.nextInt(3)));
      }
      found.add(detections);
      labelled.add(truths);
      tally.add(detections, truths);
    }
    Inspection inspection = tally.result();
    for (int c = InspectionCurves.ALL; c < 3; c++) {
      for (int point = 0; point < InspectionCurves.POINTS; point += 7) {
        assertCounted(inspection.ofClass(c), point, found, labelled);
      }
    }
  }

  private static void assertCounted(
      InspectionCurves curves,
      int point,
      List<List<ScoredDetection>> found,
      List<List<GroundTruth>> labelled) {
    int id = curves.classId();
    int clean = 0;
    int overkill = 0;
    int escaped = 0;
    int right = 0;
    int over = 0;
    for (int i = 0; i < found.size(); i++) {
      boolean defect = labelled.get(i).stream().anyMatch(t -> id < 0 || t.classId() == id);
      List<ScoredDetection> flags =
          found.get(i).stream()
              .filter(d -> id < 0 || d.classId() == id)
              .filter(d -> d.confidence() > (float) (point / 1000.0))
              .toList();
      clean += defect ? 0 : 1;
      overkill += !defect && !flags.isEmpty() ? 1 : 0;
      escaped += defect && flags.isEmpty() ? 1 : 0;
      over += flags.size();
      right += (int) flags.stream().filter(d -> d.correct() == 1).count();
    }
    assertThat(curves.overkill(point)).isEqualTo((double) overkill / clean);
    assertThat(curves.escape(point)).isEqualTo((double) escaped / (found.size() - clean));
    assertThat(curves.precision(point))
        .isEqualTo(Double.valueOf(over == 0 ? Double.NaN : (double) right / over));
  }

  @Test
  void curves_ofDetectionsOverAThreshold_suggestNoneBelowIt() {
    InspectionTally tally = new InspectionTally(1, 0.25f);
    tally.add(List.of(right(0, 0.8f)), List.of(truth(0)));
    tally.add(List.of(), List.of());
    InspectionCurves curves = tally.result().ofClass(0);
    assertThat(curves.lowestWithPrecision(0.9).map(InspectionCurves::threshold)).contains(0.25f);
    // Neither rate is over 0 from 0.250 to 0.799.
    assertThat(curves.balanced()).contains((250 + 799) / 2);
  }

  @Test
  void inspection_curvesOutOfOrder_throws() {
    InspectionCurves first = new InspectionTally(1, 0).result().ofClass(0);
    assertThatThrownBy(() -> new Inspection(List.of(first)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curves must be of all classes, then of class 0, 1 …; got class 0 at place 0");
    assertThat(Inspection.NONE.all()).isEmpty();
  }
}
