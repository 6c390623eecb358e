package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two tiles of 100 pixels that share the columns 80 to 100. */
final class TileMergerTest {
  private static final ImageSize PICTURE = new ImageSize(180, 100);
  private static final TilingOptions OPTIONS = TilingOptions.of(100);

  private static Detection found(int classId, double confidence, Box box) {
    return new Detection(classId, null, (float) confidence, box);
  }

  private static List<Detection> merge(List<Detection> left, List<Detection> right) {
    TileMerger merger = new TileMerger(PICTURE, Tile.cover(PICTURE, OPTIONS), OPTIONS);
    merger.add(0, left);
    merger.add(1, right);
    return merger.merge(NmsOptions.detection());
  }

  @Test
  void merge_longObjectAcrossTheSeam_isOne() {
    // From 10 to 170: each tile sees it up to its own edge.
    assertThat(
            merge(
                List.of(found(1, 0.6, new Box(10, 20, 99, 40))),
                List.of(found(1, 0.8, new Box(0, 22, 90, 41)))))
        .containsExactly(found(1, 0.8, new Box(10, 20, 170, 41)));
  }

  @Test
  void merge_otherClass_staysTwo() {
    assertThat(
            merge(
                List.of(found(1, 0.6, new Box(10, 20, 99, 40))),
                List.of(found(2, 0.8, new Box(0, 22, 90, 41)))))
        .hasSize(2);
  }

  @Test
  void merge_wholeInBoth_isTheSurerOne() {
    // Columns 84 to 96: neither tile cuts it, so nothing is united.
    assertThat(
            merge(
                List.of(found(0, 0.7, new Box(84, 20, 96, 40))),
                List.of(found(0, 0.9, new Box(4, 21, 16, 41)))))
        .containsExactly(found(0, 0.9, new Box(84, 21, 96, 41)));
  }

  @Test
  void merge_wholeInOneCutInTheOther_isTheWhole() {
    assertThat(
            merge(
                List.of(found(0, 0.9, new Box(60, 20, 95, 40))),
                List.of(found(0, 0.4, new Box(0, 20, 15, 40)))))
        .containsExactly(found(0, 0.9, new Box(60, 20, 95, 40)));
  }

  @Test
  void merge_neighboursAboveEachOther_stayTwo() {
    assertThat(
            merge(
                List.of(found(0, 0.9, new Box(60, 10, 100, 40))),
                List.of(found(0, 0.8, new Box(0, 38, 30, 70)))))
        .hasSize(2);
  }

  @Test
  void merge_twoOfOneTileMeetOneOfTheOther_stayTwo() {
    List<Detection> merged =
        merge(
            List.of(
                found(0, 0.9, new Box(40, 10, 100, 50)), found(0, 0.8, new Box(20, 50, 100, 90))),
            List.of(found(0, 0.7, new Box(0, 8, 30, 92))));
    assertThat(merged).hasSize(2);
    // The better share wins, equal ones the first: both are contained, the upper one is first.
    assertThat(merged.get(0).box()).isEqualTo(new Box(40, 8, 110, 92));
    assertThat(merged.get(1).box()).isEqualTo(new Box(20, 50, 100, 90));
  }

  @Test
  void merge_atThePictureEdge_isNotCut() {
    // Ends at the picture's own edges only; IoU below 0.45 leaves both.
    assertThat(
            merge(
                List.of(found(0, 0.9, new Box(0, 0, 95, 100))),
                List.of(found(0, 0.8, new Box(4, 0, 100, 100)))))
        .hasSize(2);
  }
}
