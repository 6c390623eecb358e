package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AnchorFitTest {
  private static final DetectionHead HEAD = Model.of(Zoo.find("yolov5n").orElseThrow()).head();

  @Test
  void fit_steelDefects_improvesWhatTheDefaultsMiss() throws IOException {
    List<LabelSize> sizes = LabelSize.of(SteelSizes.dataset("train"), 640);
    AnchorFit fit = new AnchorFit(4, 200, false, 0);
    AnchorFit.Result result = fit.fit(HEAD, sizes);
    assertThat(result.before().recall()).isBetween(0.986, 0.987);
    assertThat(result.improved()).isTrue();
    assertThat(result.after().recall()).isGreaterThan(0.998);
    assertThat(result.after().fitness()).isGreaterThan(0.7);
    assertThat(AnchorCheck.of(sizes, result.head(), 4)).isEqualTo(result.after());
    assertThat(result.head().levels().stream().map(Level::stride)).containsExactly(8, 16, 32);
    assertThat(areas(result.head())).isSorted();
    assertThat(fit.fit(HEAD, sizes)).isEqualTo(result);
    assertThat(new AnchorFit(4, 200, false, 1).fit(HEAD, sizes).head()).isNotEqualTo(result.head());
  }

  @Test
  void fit_moreGenerations_neverFitWorse() throws IOException {
    List<LabelSize> sizes = LabelSize.of(SteelSizes.dataset("val"), 640);
    double last = 0;
    for (int generations : new int[] {0, 50, 400}) {
      List<Anchor> anchors = new AnchorFit(4, generations, false, 3).anchors(sizes, 9);
      double fitness = AnchorCheck.of(sizes, anchors, 4).fitness();
      assertThat(fitness).isGreaterThanOrEqualTo(last);
      last = fitness;
    }
  }

  @Test
  void anchors_threeKindsOfBoxes_findsThem() {
    Random random = new Random(1);
    List<LabelSize> sizes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      float noise = 1 + 0.02f * (float) random.nextGaussian();
      sizes.add(
          switch (i % 3) {
            case 0 -> new LabelSize(0, 10 * noise, 30);
            case 1 -> new LabelSize(0, 100, 40 * noise);
            default -> new LabelSize(0, 300 * noise, 310);
          });
    }
    List<Anchor> anchors = AnchorFit.of(4, 0).anchors(sizes, 3);
    double[][] expected = {{10, 30}, {100, 40}, {300, 310}};
    for (int i = 0; i < 3; i++) {
      assertThat(anchors.get(i).width() / expected[i][0]).isBetween(0.97, 1.03);
      assertThat(anchors.get(i).height() / expected[i][1]).isBetween(0.97, 1.03);
    }
  }

  @Test
  void fit_rareClass_isReachedWhereEachClassCountsTheSame() {
    List<LabelSize> sizes = new ArrayList<>();
    Random random = new Random(2);
    for (int i = 0; i < 3000; i++) {
      float side = 30 + 170 * random.nextFloat();
      sizes.add(new LabelSize(0, side, side * (0.5f + random.nextFloat())));
    }
    for (int i = 0; i < 10; i++) {
      sizes.add(new LabelSize(1, 600, 5 + i % 3));
    }
    AnchorFit.Result result = AnchorFit.of(4, 0).fit(HEAD, sizes);
    assertThat(result.before().recall()).isGreaterThan(AnchorCheck.LIMIT);
    assertThat(result.before().needsFit(AnchorCheck.LIMIT)).isTrue();
    assertThat(result.improved()).isTrue();
    assertThat(result.after().needsFit(AnchorCheck.LIMIT)).isFalse();
  }

  @Test
  void fit_anchorsThatAreGood_stay() {
    List<LabelSize> sizes = new ArrayList<>();
    for (Level level : HEAD.levels()) {
      level.anchors().forEach(a -> sizes.add(new LabelSize(0, a.width(), a.height())));
    }
    AnchorFit.Result result = AnchorFit.of(4, 0).fit(HEAD, sizes);
    assertThat(result.improved()).isFalse();
    assertThat(result.head()).isSameAs(HEAD);
  }

  @Test
  void fit_levelsFromLargeToSmall_getAnchorsByStride() throws IOException {
    List<Level> levels = new ArrayList<>(HEAD.levels());
    Collections.reverse(levels);
    List<LabelSize> sizes = LabelSize.of(SteelSizes.dataset("val"), 640);
    AnchorFit fit = new AnchorFit(4, 20, false, 0);
    List<Level> fitted = fit.fit(new DetectionHead(6, levels), sizes).head().levels();
    assertThat(fitted.stream().map(Level::stride)).containsExactly(32, 16, 8);
    assertThat(fitted.get(2).anchors())
        .isEqualTo(fit.fit(HEAD, sizes).head().levels().get(0).anchors());
  }

  @Test
  void anchors_identicalBoxes_givesThatSize() {
    List<LabelSize> sizes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sizes.add(new LabelSize(0, 50, 60));
    }
    assertThat(AnchorFit.of(4, 0).anchors(sizes, 3)).hasSize(3).contains(new Anchor(50, 60));
  }

  @Test
  void anchors_tooFewBoxes_saysHowMany() {
    List<LabelSize> sizes = List.of(new LabelSize(0, 5, 5), new LabelSize(0, 1, 1.5f));
    assertThatThrownBy(() -> AnchorFit.of(4, 0).anchors(sizes, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fitting 9 anchors needs at least as many boxes of 2 pixels, got 1");
    assertThatThrownBy(() -> AnchorFit.of(1, 0))
        .hasMessage("hyper-parameter anchor_t must be from 1.1 to 100.0, got 1.0");
    assertThatThrownBy(() -> new AnchorFit(4, -1, true, 0))
        .hasMessage("generations must not be negative, got -1");
  }

  private static List<Double> areas(DetectionHead head) {
    return head.levels().stream()
        .flatMap(level -> level.anchors().stream())
        .flatMapToDouble(a -> DoubleStream.of((double) a.width() * a.height()))
        .boxed()
        .toList();
  }
}
