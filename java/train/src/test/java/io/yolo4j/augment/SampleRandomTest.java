package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleRandomTest {
  private static final int DRAWS = 20_000;

  @Test
  void nextLong_pinned_neverChanges() {
    // SplitMix64 computed apart from this class. A run that was begun with an older version is to
    // go on with the same batches.
    SampleRandom random = SampleRandom.of(1, 2, 3);
    assertThat(random.nextLong()).isEqualTo(2399657773382937285L);
    assertThat(random.nextInt(1000)).isEqualTo(437);
  }

  @Test
  void of_neighbours_startDifferently() {
    Set<Long> firsts = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      for (int epoch = 0; epoch < 10; epoch++) {
        for (int index = -1; index < 100; index++) {
          firsts.add(SampleRandom.of(seed, epoch, index).nextLong());
        }
      }
    }
    assertThat(firsts).hasSize(10 * 10 * 101);
  }

  @Test
  void uniform_manyDraws_fillsTheRangeEvenly() {
    SampleRandom random = SampleRandom.of(5, 5, 5);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      double value = random.uniform(-2, 4);
      assertThat(value).isGreaterThanOrEqualTo(-2).isLessThan(4);
      sum += value;
    }
    assertThat(sum / DRAWS).isCloseTo(1, within(0.05));
    assertThat(random.uniform(3, 3)).isEqualTo(3);
  }

  @Test
  void beta32_manyDraws_hasItsMeanAndVariance() {
    SampleRandom random = SampleRandom.of(6, 6, 6);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      double value = random.beta32();
      sum += value;
      squares += (value - 0.5) * (value - 0.5);
    }
    assertThat(sum / DRAWS).isCloseTo(0.5, within(0.002));
    // Variance of Beta(a, a): 1/(4·(2a + 1)).
    assertThat(squares / DRAWS).isCloseTo(1.0 / (4 * 65), within(2e-4));
  }

  @Test
  void chance_zeroAndOne_neverAndAlways() {
    SampleRandom random = SampleRandom.of(7, 7, 7);
    int hits = 0;
    for (int i = 0; i < DRAWS; i++) {
      assertThat(random.chance(0)).isFalse();
      assertThat(random.chance(1)).isTrue();
      hits += random.chance(0.3) ? 1 : 0;
    }
    assertThat(hits / (double) DRAWS).isCloseTo(0.3, within(0.02));
  }

  @Test
  void permutation_anySize_everyIndexOnce() {
    int[] order = SampleRandom.of(8, 8, 8).permutation(1000);
    Set<Integer> seen = new HashSet<>();
    int fixed = 0;
    for (int i = 0; i < order.length; i++) {
      assertThat(seen.add(order[i])).isTrue();
      assertThat(order[i]).isBetween(0, 999);
      fixed += order[i] == i ? 1 : 0;
    }
    assertThat(fixed).isLessThan(10);
    assertThat(SampleRandom.of(8, 8, 8).permutation(0)).isEmpty();
  }

  @Test
  void nextInt_noBound_throws() {
    assertThatThrownBy(() -> SampleRandom.of(0, 0, 0).nextInt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a bound must be at least 1, got 0");
  }
}
