package io.yolo4j.detect;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Box;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class NonMaxSuppressionTest {
  private static final NmsOptions PLAIN = NmsOptions.detection();

  @TestFactory
  List<DynamicTest> keep_fixtures_compatibleModeMatches() {
    return fixtureTests(NmsOptions.Mode.COMPATIBLE, "");
  }

  /* On these files the rounding of class offsets changes no decision. */
  @TestFactory
  List<DynamicTest> keep_fixtures_exactModeMatches() {
    return fixtureTests(NmsOptions.Mode.EXACT, "class_offset");
  }

  private static List<DynamicTest> fixtureTests(NmsOptions.Mode mode, String excluded) {
    List<DynamicTest> tests = new ArrayList<>();
    for (String file : Shared.fixtureNames("nms", "")) {
      if (!excluded.isEmpty() && file.contains(excluded)) {
        continue;
      }
      TensorFixture fixture = Shared.tensors("nms/" + file);
      for (Map.Entry<String, JsonNode> setting : fixture.metadataJson("settings").properties()) {
        for (String name : fixture.names()) {
          if (name.equals(setting.getKey()) || name.endsWith("/" + setting.getKey())) {
            tests.add(
                DynamicTest.dynamicTest(
                    file + " " + name, () -> check(fixture, name, setting.getValue(), mode)));
          }
        }
      }
    }
    if (tests.isEmpty()) {
      tests.add(
          DynamicTest.dynamicTest(
              "absent", () -> assumeTrue(false, "skipped: no shared data folder")));
    }
    return tests;
  }

  private static void check(
      TensorFixture fixture, String name, JsonNode setting, NmsOptions.Mode mode) {
    String image = name.contains("/") ? name.substring(0, name.indexOf('/') + 1) : "";
    Candidates candidates = candidates(fixture.get(image + "prediction"), setting);
    int[] kept = new NonMaxSuppression(options(setting).withMode(mode)).keep(candidates);
    TensorFixture.Entry expected = fixture.get(name);
    float[] actual = new float[6 * kept.length];
    for (int i = 0; i < kept.length; i++) {
      for (int c = 0; c < 4; c++) {
        actual[6 * i + c] = candidates.corner(kept[i], c);
      }
      actual[6 * i + 4] = candidates.score(kept[i]);
      actual[6 * i + 5] = candidates.classId(kept[i]);
    }
    assertThat(kept.length).as(name).isEqualTo(expected.shape()[0]);
    assertClose(name, actual, expected.values(), 1e-6, 1e-5);
  }

  private static Candidates candidates(TensorFixture.Entry prediction, JsonNode setting) {
    Set<Integer> classes = new HashSet<>();
    if (setting.has("classes")) {
      setting.get("classes").forEach(c -> classes.add(c.asInt()));
    }
    CandidateFilter filter =
        new CandidateFilter(
            (float) setting.get("conf_thres").asDouble(),
            setting.path("multi_label").asBoolean(false),
            classes);
    Candidates candidates = new Candidates();
    Rows.filter(prediction.floats(), prediction.shape()[1], filter, candidates);
    return candidates;
  }

  private static NmsOptions options(JsonNode setting) {
    return PLAIN
        .withIouThreshold(setting.get("iou_thres").asDouble())
        .withAgnostic(setting.path("agnostic").asBoolean(false))
        .withMaxDetections(setting.path("max_det").asInt(300));
  }

  @Test
  void keep_offsetRoundingFixture_exactModeKeepsWithoutOffset() {
    TensorFixture fixture = Shared.tensors("nms/synthetic_class_offset_rounding.safetensors");
    JsonNode setting = fixture.metadataJson("settings").get("conf025_iou045");
    TensorFixture.Entry prediction = fixture.get("prediction");
    for (JsonNode pair : fixture.metadataJson("pairs")) {
      Candidates all = candidates(prediction, setting);
      Candidates two = new Candidates();
      for (JsonNode row : pair.get("rows")) {
        two.add(all.box(row.asInt()), all.score(row.asInt()), all.classId(row.asInt()));
      }
      NmsOptions options = options(setting);
      assertThat(new NonMaxSuppression(options).keep(two))
          .as(pair.toString())
          .hasSize(pair.get("kept_without_offset").asInt());
      assertThat(new NonMaxSuppression(options.withMode(NmsOptions.Mode.COMPATIBLE)).keep(two))
          .as(pair.toString())
          .hasSize(pair.get("kept_with_offset").asInt());
    }
  }

  @Test
  void keep_equalScores_keepsTheEarlierIndex() {
    Candidates candidates = new Candidates();
    candidates.add(new Box(0, 0, 10, 10), 0.5f, 0);
    candidates.add(new Box(1, 0, 11, 10), 0.5f, 0);
    candidates.add(new Box(50, 0, 60, 10), 0.9f, 0);
    assertThat(new NonMaxSuppression(PLAIN).keep(candidates)).containsExactly(2, 0);
  }

  @Test
  void keep_otherClass_isSuppressedOnlyWhenAgnostic() {
    Candidates candidates = new Candidates();
    candidates.add(new Box(0, 0, 10, 10), 0.5f, 0);
    candidates.add(new Box(0, 0, 10, 10), 0.6f, 1);
    assertThat(new NonMaxSuppression(PLAIN).keep(candidates)).containsExactly(1, 0);
    assertThat(new NonMaxSuppression(PLAIN.withAgnostic(true)).keep(candidates)).containsExactly(1);
  }

  @Test
  void keep_iouAtTheThreshold_isKept() {
    Candidates candidates = new Candidates();
    candidates.add(new Box(0, 0, 10, 10), 0.9f, 0);
    candidates.add(new Box(0, 0, 10, 5), 0.8f, 0);
    assertThat(new NonMaxSuppression(PLAIN.withIouThreshold(0.5)).keep(candidates)).hasSize(2);
    assertThat(new NonMaxSuppression(PLAIN.withIouThreshold(0.49)).keep(candidates)).hasSize(1);
  }

  @Test
  void keep_maxCandidates_takesTheBest() {
    Candidates candidates = new Candidates();
    for (int i = 0; i < 600; i++) {
      candidates.add(new Box(20 * i, 0, 20 * i + 10, 10), i / 1000f, 0);
    }
    int[] kept = new NonMaxSuppression(PLAIN.withMaxCandidates(3)).keep(candidates);
    assertThat(kept).containsExactly(599, 598, 597);
    assertThat(new NonMaxSuppression(PLAIN.withMaxDetections(2)).keep(candidates))
        .containsExactly(599, 598);
  }

  /** Scores and boxes on a coarse grid, so that there are many ties. */
  @Test
  void keep_onTheKernels_isWhatJavaKeeps() {
    Random random = new Random(3);
    for (int run = 0; run < 200; run++) {
      Candidates candidates = new Candidates();
      int count = random.nextInt(400);
      for (int i = 0; i < count; i++) {
        float x = random.nextInt(20) * 4;
        float y = random.nextInt(20) * 4;
        Box box = new Box(x, y, x + random.nextInt(10) * 4, y + random.nextInt(10) * 4);
        candidates.add(box, random.nextInt(16) / 16f, random.nextInt(3));
      }
      NonMaxSuppression suppression =
          new NonMaxSuppression(
              PLAIN
                  .withIouThreshold(random.nextInt(5) / 4.0)
                  .withAgnostic(random.nextBoolean())
                  .withMaxDetections(1 + random.nextInt(300))
                  .withMaxCandidates(1 + random.nextInt(500)));
      assertThat(suppression.keep(candidates))
          .as("run %d", run)
          .isEqualTo(suppression.keepInJava(candidates));
    }
  }

  @Test
  void keep_nothing_givesNothing() {
    assertThat(new NonMaxSuppression(PLAIN).keep(new Candidates())).isEmpty();
  }

  @Test
  void add_noScore_throws() {
    Candidates candidates = new Candidates();
    assertThatThrownBy(() -> candidates.add(new Box(0, 0, 1, 1), Float.NaN, 0))
        .hasMessage("a candidate needs a score and a class of at least 0, got score NaN, class 0");
    assertThatThrownBy(() -> candidates.box(0)).hasMessage("candidate 0 of 0 does not exist");
  }

  @Test
  void options_badValues_throw() {
    assertThatThrownBy(() -> PLAIN.withIouThreshold(1.5))
        .hasMessage("an IoU threshold must lie in 0 to 1, got 1.5");
    assertThatThrownBy(() -> PLAIN.withMaxDetections(0))
        .hasMessage("NMS must keep at least 1 detection of 1 candidate, got 0 of 30000");
    assertThatThrownBy(() -> CandidateFilter.of(Float.NaN))
        .hasMessage("a confidence threshold must lie in 0 to 1, got NaN");
  }

  @Property(tries = 200)
  void keep_randomBoxes_equalsTheDefinition(
      @ForAll @IntRange(min = 0, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 4) int classes,
      @ForAll long seed) {
    Candidates candidates = random(count, classes, seed);
    List<Integer> rest = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rest.add(i);
    }
    rest.sort((a, b) -> Float.compare(candidates.score(b), candidates.score(a)));
    List<Integer> expected = new ArrayList<>();
    while (!rest.isEmpty()) {
      int best = rest.remove(0);
      expected.add(best);
      rest.removeIf(
          other ->
              candidates.classId(other) == candidates.classId(best)
                  && candidates.box(other).iou(candidates.box(best)) > 0.45);
    }
    int[] kept = new NonMaxSuppression(PLAIN).keep(candidates);
    assertThat(kept).containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Candidates random(int count, int classes, long seed) {
    Random random = new Random(seed);
    Candidates candidates = new Candidates();
    for (int i = 0; i < count; i++) {
      float x = random.nextInt(40);
      float y = random.nextInt(40);
      candidates.add(
          new Box(x, y, x + random.nextInt(30), y + random.nextInt(30)),
          random.nextInt(20) / 20f,
          random.nextInt(classes));
    }
    return candidates;
  }
}
