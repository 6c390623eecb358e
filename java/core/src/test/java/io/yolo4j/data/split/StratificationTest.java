package io.yolo4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StratificationTest {
  private static final Map<Split, Double> SHARES =
      Map.of(Split.TRAIN, .7, Split.VAL, .2, Split.TEST, .1);

  /** The parts by their names. */
  private static List<Split> divide(
      List<List<Sample>> groups, int classes, Map<Split, Double> shares, long seed) {
    Map<Split, Double> sorted = new EnumMap<>(shares);
    List<Split> names = List.copyOf(sorted.keySet());
    return Stratification.of(groups, classes, List.copyOf(sorted.values()), seed).stream()
        .map(names::get)
        .toList();
  }

  private static Sample sample(int... ids) {
    List<Label> labels = new ArrayList<>();
    for (int id : ids) {
      labels.add(new Label(id, new NormalizedBox(.5, .5, .1, .1)));
    }
    return new Sample(Path.of("a.png"), new ImageSize(10, 10), labels);
  }

  /** Groups of one to three pictures, with zero to three classes each, some of them rare. */
  private static List<List<Sample>> groups(int count, int classes, long seed) {
    Random random = new Random(seed);
    List<List<Sample>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Sample> group = new ArrayList<>();
      int size = random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 1;
      for (int k = 0; k < size; k++) {
        int[] ids = new int[random.nextInt(4)];
        for (int n = 0; n < ids.length; n++) {
          ids[n] = (int) (classes * Math.pow(random.nextDouble(), 2));
        }
        group.add(sample(ids));
      }
      groups.add(group);
    }
    return groups;
  }

  @Property(tries = 60)
  void of_anyDataSet_everyClassHasItsShare(
      @ForAll @IntRange(min = 20, max = 400) int count,
      @ForAll @IntRange(min = 1, max = 12) int classes,
      @ForAll long seed) {
    List<List<Sample>> groups = groups(count, classes, seed);
    List<Split> parts = divide(groups, classes, SHARES, seed);
    assertThat(parts).hasSameSizeAs(groups);
    for (Map.Entry<Split, Double> share : SHARES.entrySet()) {
      double all = 0;
      double inPart = 0;
      for (int i = 0; i < groups.size(); i++) {
        all += groups.get(i).size();
        inPart += parts.get(i) == share.getKey() ? groups.get(i).size() : 0;
      }
      assertThat(inPart)
          .as("pictures in %s", share.getKey())
          .isCloseTo(share.getValue() * all, within(4 + .05 * all));
      for (int id = 0; id < classes; id++) {
        assertShare(groups, parts, share, id);
      }
    }
  }

  private static void assertShare(
      List<List<Sample>> groups, List<Split> parts, Map.Entry<Split, Double> share, int id) {
    double all = 0;
    double inPart = 0;
    for (int i = 0; i < groups.size(); i++) {
      long with =
          groups.get(i).stream()
              .filter(s -> s.labels().stream().anyMatch(label -> label.classId() == id))
              .count();
      all += with;
      inPart += parts.get(i) == share.getKey() ? with : 0;
    }
    assertThat(inPart)
        .as("pictures of class %d in %s", id, share.getKey())
        .isCloseTo(share.getValue() * all, within(4 + .05 * all));
  }

  @Property(tries = 20)
  void of_sameSeed_isTheSame(@ForAll long seed) {
    List<List<Sample>> groups = groups(50, 4, seed);
    assertThat(divide(groups, 4, SHARES, seed)).isEqualTo(divide(groups, 4, SHARES, seed));
  }

  @Test
  void of_otherSeed_isAnother() {
    List<List<Sample>> groups = groups(50, 4, 1);
    assertThat(divide(groups, 4, SHARES, 1)).isNotEqualTo(divide(groups, 4, SHARES, 2));
  }

  @Test
  void of_oneClassAndBackground_isExact() {
    List<List<Sample>> groups =
        Stream.concat(
                Stream.generate(() -> List.of(sample(0, 0))).limit(80),
                Stream.generate(() -> List.of(sample())).limit(20))
            .toList();
    List<Split> parts = divide(groups, 1, Map.of(Split.TRAIN, .75, Split.VAL, .25), 3);
    assertThat(parts.subList(0, 80)).filteredOn(Split.VAL::equals).hasSize(20);
    assertThat(parts.subList(80, 100)).filteredOn(Split.VAL::equals).hasSize(5);
  }
}
