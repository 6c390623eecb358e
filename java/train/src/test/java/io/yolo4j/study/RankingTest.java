package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Half of an interval of two seeds that differ by 2d: 12.7062 · d·√2 / √2 = 12.7062 d. */
final class RankingTest {
  private static List<String> places(Ranking ranking) {
    return ranking.places().stream()
        .map(place -> place.cell().cell().name() + " " + place.text())
        .toList();
  }

  @Test
  void of_intervalsApart_ranksAll() {
    // 0.70 ± 0.0127, 0.80 ± 0.0127, 0.75 ± 0.0127
    Ranking ranking =
        Ranking.of(
            List.of(
                Cells.named("a", 0.699, 0.701),
                Cells.named("b", 0.799, 0.801),
                Cells.named("c", 0.749, 0.751)));
    assertThat(places(ranking)).containsExactly("b 1", "c 2", "a 3");
    assertThat(ranking.sentences())
        .containsExactly("b is best: its interval lies above all others.");
  }

  @Test
  void of_overlappingIntervals_areNotSeparated() {
    // a: 0.70 ± 0.0127; b: 0.72 ± 0.0127, whose lower end 0.7073 is under a's upper end 0.7127;
    // c: 0.60 ± 0.0127, apart from both.
    Ranking ranking =
        Ranking.of(
            List.of(
                Cells.named("a", 0.699, 0.701),
                Cells.named("b", 0.719, 0.721),
                Cells.named("c", 0.599, 0.601)));
    assertThat(places(ranking)).containsExactly("b 1–2", "a 1–2", "c 3");
    assertThat(ranking.sentences())
        .containsExactly(
            "b has the highest mean; not distinguishable from it, for intervals overlap: a.",
            "Behind b, with intervals apart: c.");
  }

  @Test
  void of_justApart_andJustNot_decidesTheEnds() {
    // Half lengths are 0.0127062 each, so means must lie more than 0.0254124 apart.
    CellResult low = Cells.named("low", 0.699, 0.701);
    assertThat(places(Ranking.of(List.of(low, Cells.named("near", 0.72442, 0.72642)))))
        .containsExactly("near 1", "low 2");
    assertThat(places(Ranking.of(List.of(low, Cells.named("near", 0.7244, 0.7264)))))
        .containsExactly("near 1–2", "low 1–2");
  }

  @Test
  void of_aWideInterval_overlapsThoseThatAreApart() {
    Ranking ranking =
        Ranking.of(
            List.of(
                Cells.named("a", 0.699, 0.701),
                Cells.named("b", 0.799, 0.801),
                Cells.named("wide", 0.70, 0.78)));
    assertThat(places(ranking)).containsExactly("b 1–2", "wide 1–3", "a 2–3");
  }

  @Test
  void of_oneSeed_ranksNothing() {
    Ranking ranking = Ranking.of(List.of(Cells.named("a", 0.1), Cells.named("b", 0.9)));
    assertThat(places(ranking)).containsExactly("b –", "a –");
    assertThat(ranking.sentences())
        .containsExactly(
            "No ranking: one seed gives no interval, so that any difference may be chance.");
  }
}
