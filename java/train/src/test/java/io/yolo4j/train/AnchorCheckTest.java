package io.yolo4j.train;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.Shared;
import io.yolo4j.train.AnchorReport.ClassRecall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnchorCheckTest {
  @ParameterizedTest
  @CsvSource({"train, 224", "train, 640", "val, 224", "val, 640"})
  void of_steelDefects_isTheReferences(String split, int imageSize) throws IOException {
    List<LabelSize> sizes = LabelSize.of(SteelSizes.dataset(split), imageSize);
    JsonNode expected =
        Shared.json("val.json")
            .get("neu_det")
            .get("splits")
            .get(split)
            .get("autoanchor")
            .get(Integer.toString(imageSize));
    DetectionHead head = Model.of(Zoo.find("yolov5n").orElseThrow()).head();
    for (int threshold : new int[] {4, 3, 2}) {
      JsonNode counts = expected.get("thr_" + threshold);
      AnchorReport report = AnchorCheck.of(sizes, head, threshold);
      assertThat(report.reached()).isEqualTo(counts.get("targets_above_thr").asInt());
      assertThat(report.pairs()).isEqualTo(counts.get("anchor_target_pairs_above_thr").asLong());
      assertClose(
          "ratios at " + threshold,
          new double[] {report.recall(), report.anchorsPerBox()},
          new double[] {counts.get("bpr").asDouble(), counts.get("anchors_per_target").asDouble()},
          1e-6,
          0);
      assertThat(report.classes().stream().mapToInt(ClassRecall::boxes).sum())
          .isEqualTo(sizes.size());
      assertThat(report.classes().stream().mapToInt(ClassRecall::reached).sum())
          .isEqualTo(report.reached());
    }
    checkMeans(expected.get("kmean_report"), AnchorCheck.of(sizes, head, 4), sizes);
  }

  private static void checkMeans(JsonNode expected, AnchorReport report, List<LabelSize> sizes) {
    assertThat(report.boxes()).isEqualTo(expected.get("boxes_ge_2px").asInt());
    assertClose(
        "means",
        new double[] {
          report.meanMetric(), report.meanBest(), report.meanOfPairs(), report.fitness()
        },
        new double[] {
          expected.get("metric_all_mean").asDouble(),
          expected.get("metric_best_mean").asDouble(),
          expected.get("past_thr_mean").asDouble(),
          expected.get("fitness").asDouble()
        },
        2e-6,
        0);
    assertClose(
        "deviations",
        new double[] {
          SizeClusters.deviation(sizes.stream().mapToDouble(LabelSize::width).toArray()),
          SizeClusters.deviation(sizes.stream().mapToDouble(LabelSize::height).toArray())
        },
        new double[] {
          expected.get("wh_std_for_whitening").get(0).asDouble(),
          expected.get("wh_std_for_whitening").get(1).asDouble()
        },
        1e-6,
        0);
  }

  @Test
  void of_oneClassOutOfReach_namesIt() {
    List<LabelSize> sizes = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      sizes.add(new LabelSize(0, 20 + i % 5, 20));
    }
    sizes.add(new LabelSize(2, 100, 10));
    AnchorReport report = AnchorCheck.of(sizes, List.of(new Anchor(20, 20)), 4);
    assertThat(report.recall()).isEqualTo(0.99);
    assertThat(report.classes())
        .containsExactly(new ClassRecall(0, 99, 99), new ClassRecall(2, 1, 0));
    assertThat(report.below(AnchorCheck.LIMIT)).containsExactly(new ClassRecall(2, 1, 0));
    assertThat(report.needsFit(AnchorCheck.LIMIT)).isTrue();
    assertThat(AnchorCheck.of(sizes.subList(0, 99), List.of(new Anchor(20, 20)), 4).needsFit(0.98))
        .isFalse();
  }

  @Test
  void of_sideAtExactlyTheRatio_isNotReached() {
    List<Anchor> anchor = List.of(new Anchor(10, 10));
    assertThat(AnchorCheck.of(List.of(new LabelSize(0, 40, 10)), anchor, 4).reached()).isZero();
    assertThat(AnchorCheck.of(List.of(new LabelSize(0, 39.9f, 10)), anchor, 4).reached())
        .isEqualTo(1);
  }

  @Test
  void of_nothing_isFine() {
    AnchorReport report = AnchorCheck.of(List.of(), List.of(new Anchor(10, 10)), 4);
    assertThat(report.recall()).isEqualTo(1);
    assertThat(report.anchorsPerBox()).isZero();
    assertThat(report.needsFit(0.98)).isFalse();
    assertThatThrownBy(() -> AnchorCheck.of(List.of(), List.of(), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be at least one anchor to check");
  }

  @Property(tries = 200)
  void of_anyBoxes_growsWithAnchorsAndRatio(
      @ForAll @Size(min = 1, max = 20) List<@FloatRange(min = 1, max = 600) Float> sides,
      @ForAll @IntRange(min = 1, max = 200) int anchorSide,
      @ForAll @FloatRange(min = 1.1f, max = 8) float ratio) {
    List<LabelSize> sizes = new ArrayList<>();
    for (int i = 0; i + 1 < sides.size(); i++) {
      sizes.add(new LabelSize(i % 3, sides.get(i), sides.get(i + 1)));
    }
    List<Anchor> one = List.of(new Anchor(anchorSide, anchorSide));
    List<Anchor> two = List.of(new Anchor(anchorSide, anchorSide), new Anchor(50, 20));
    AnchorReport narrow = AnchorCheck.of(sizes, one, ratio);
    assertThat(narrow.recall()).isBetween(0.0, 1.0);
    assertThat(narrow.reached()).isEqualTo((int) narrow.pairs());
    assertThat(AnchorCheck.of(sizes, one, ratio * 1.5).reached())
        .isGreaterThanOrEqualTo(narrow.reached());
    AnchorReport more = AnchorCheck.of(sizes, two, ratio);
    assertThat(more.reached()).isGreaterThanOrEqualTo(narrow.reached());
    assertThat(more.fitness()).isGreaterThanOrEqualTo(narrow.fitness());
    assertThat(more.pairs()).isGreaterThanOrEqualTo(more.reached());
    assertThat(more.fitness()).isLessThanOrEqualTo(more.meanBest());
  }
}
