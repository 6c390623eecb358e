package io.yolo4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StratifiedSubsetTest {
  private static final List<String> NAMES = List.of("cat", "dog", "cow");

  private static Sample sample(int number, int... ids) {
    List<Label> labels = new ArrayList<>();
    for (int id : ids) {
      labels.add(new Label(id, new NormalizedBox(.5, .5, .1, .1)));
    }
    Path image = Path.of(String.format(Locale.ROOT, "p%04d.png", number));
    return new Sample(image, new ImageSize(10, 10), labels);
  }

  /** Single pictures of one class each: that many cats, dogs, cows and empty ones. */
  private static List<List<Sample>> singles(int... counts) {
    List<List<Sample>> groups = new ArrayList<>();
    for (int id = 0; id < counts.length; id++) {
      for (int i = 0; i < counts[id]; i++) {
        int number = groups.size();
        groups.add(List.of(id < NAMES.size() ? sample(number, id, id) : sample(number)));
      }
    }
    return groups;
  }

  /** Counts anew, by what the chosen pictures' labels say. */
  private static int count(StratifiedSubset subset, int id) {
    int count = 0;
    for (Sample sample : subset.samples()) {
      boolean shows = false;
      for (Label label : sample.labels()) {
        shows |= label.classId() == id;
      }
      count += shows ? 1 : 0;
    }
    return count;
  }

  @Test
  void of_perClass_exactlyAsManyOfEach_withoutBackground() {
    StratifiedSubset subset =
        StratifiedSubset.of(singles(40, 10, 25, 30), NAMES, SubsetOptions.perClass(7));
    assertThat(subset.samples()).hasSize(21).doesNotHaveDuplicates();
    assertThat(subset.shownOn()).containsExactly(7, 7, 7);
    assertThat(List.of(count(subset, 0), count(subset, 1), count(subset, 2)))
        .isEqualTo(subset.shownOn());
    assertThat(subset.absent()).isEmpty();
    assertThat(subset.samples()).isSortedAccordingTo((a, b) -> a.image().compareTo(b.image()));
  }

  @Test
  void of_perClassWithBackground_takesThatManyEmptyOnes() {
    StratifiedSubset subset =
        StratifiedSubset.of(
            singles(40, 10, 25, 30), NAMES, SubsetOptions.perClass(7).withBackground(4));
    assertThat(subset.samples()).hasSize(25);
    assertThat(subset.samples().stream().filter(s -> s.labels().isEmpty())).hasSize(4);
  }

  @Test
  void of_total_everyClassKeepsItsShare() {
    StratifiedSubset subset =
        StratifiedSubset.of(singles(400, 100, 200, 300), NAMES, SubsetOptions.total(50));
    assertThat(subset.samples()).hasSize(50);
    assertThat(subset.shownOn()).containsExactly(20, 5, 10);
  }

  @Test
  void of_oneClass_leavesOthersOut() {
    StratifiedSubset subset =
        StratifiedSubset.of(
            singles(40, 10, 25, 30), NAMES, SubsetOptions.perClass(6).withClasses(List.of(1)));
    assertThat(subset.shownOn()).containsExactly(0, 6, 0);
    subset =
        StratifiedSubset.of(
            singles(40, 10, 25, 30), NAMES, SubsetOptions.total(10).withClasses(List.of(1, 2, 1)));
    assertThat(subset.shownOn()).containsExactly(0, 3, 7);
  }

  @Test
  void of_sameSeed_isTheSame_andSmallerLiesInLarger() {
    List<List<Sample>> groups = singles(40, 50, 60, 0);
    SubsetOptions options = SubsetOptions.perClass(9).withSeed(3);
    StratifiedSubset subset = StratifiedSubset.of(groups, NAMES, options);
    assertThat(StratifiedSubset.of(groups, NAMES, options)).isEqualTo(subset);
    assertThat(StratifiedSubset.of(groups, NAMES, options.withSeed(4))).isNotEqualTo(subset);
    StratifiedSubset larger =
        StratifiedSubset.of(groups, NAMES, SubsetOptions.perClass(30).withSeed(3));
    assertThat(larger.samples()).containsAll(subset.samples());
  }

  @Test
  void of_largeGroups_areTakenWholeAndFitWhereTheyCan() {
    List<List<Sample>> groups = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      groups.add(List.of(sample(2 * i, 0), sample(2 * i + 1, 0)));
    }
    groups.add(List.of(sample(100, 0)));
    for (long seed = 0; seed < 20; seed++) {
      // Odd: the single picture is needed. Even: pairs alone do, or nothing smaller is left.
      StratifiedSubset odd =
          StratifiedSubset.of(groups, NAMES, SubsetOptions.perClass(5).withSeed(seed));
      assertThat(odd.samples()).hasSize(5);
      assertWholeGroups(groups, odd);
    }
    StratifiedSubset over =
        StratifiedSubset.of(groups.subList(0, 10), NAMES, SubsetOptions.perClass(5));
    assertThat(over.shownOn().get(0)).isEqualTo(6);
    assertWholeGroups(groups, over);
  }

  private static void assertWholeGroups(List<List<Sample>> groups, StratifiedSubset subset) {
    Set<Sample> chosen = new HashSet<>(subset.samples());
    assertThat(groups)
        .allMatch(group -> chosen.containsAll(group) || Collections.disjoint(chosen, group));
  }

  @Property(tries = 100)
  void of_anyGroups_reachesEveryClassInWholeGroups(
      @ForAll @IntRange(min = 1, max = 8) int perClass, @ForAll long seed) {
    Random random = new Random(seed);
    List<List<Sample>> groups = new ArrayList<>(singles(8, 8, 8));
    for (int i = 0; i < 30; i++) {
      List<Sample> group = new ArrayList<>();
      for (int k = random.nextInt(3); k >= 0; k--) {
        group.add(
            sample(100 + 10 * i + k, random.ints(random.nextInt(4), 0, NAMES.size()).toArray()));
      }
      groups.add(group);
    }
    StratifiedSubset subset =
        StratifiedSubset.of(groups, NAMES, SubsetOptions.perClass(perClass).withSeed(seed));
    assertWholeGroups(groups, subset);
    for (int id = 0; id < NAMES.size(); id++) {
      assertThat(count(subset, id))
          .isEqualTo(subset.shownOn().get(id))
          .isGreaterThanOrEqualTo(perClass);
    }
    int total = 1 + random.nextInt(40);
    StratifiedSubset some =
        StratifiedSubset.of(groups, NAMES, SubsetOptions.total(total).withSeed(seed));
    assertWholeGroups(groups, some);
    assertThat(some.samples().size()).isBetween(total, total + 2);
  }

  @Test
  void of_moreThanThereAre_isRefusedWithEveryClassThatLacks() {
    assertThatThrownBy(
            () -> StratifiedSubset.of(singles(40, 10, 25), NAMES, SubsetOptions.perClass(30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a subset of 30 pictures per class needs as many that show it, there is 'dog' on 10, 'cow' on 25");
    assertThatThrownBy(() -> StratifiedSubset.of(singles(4, 1, 5), NAMES, SubsetOptions.total(11)))
        .hasMessage("a subset of 11 pictures needs as many to choose from, there are 10");
    assertThatThrownBy(
            () ->
                StratifiedSubset.of(
                    singles(9, 9, 9, 2), NAMES, SubsetOptions.perClass(5).withBackground(3)))
        .hasMessage(
            "a subset of 5 pictures per class and 3 of background needs as many that show it, there is background on 2");
  }

  @Test
  void of_classWithoutPictures_isPassedOverAndTold_unlessItWasNamed() {
    SubsetOptions options = SubsetOptions.perClass(5);
    StratifiedSubset subset = StratifiedSubset.of(singles(9, 0, 9), NAMES, options);
    assertThat(subset.shownOn()).containsExactly(5, 0, 5);
    assertThat(subset.absent()).containsExactly(1);
    assertThatThrownBy(
            () -> StratifiedSubset.of(singles(9, 0, 9), NAMES, options.withClasses(List.of(0, 1))))
        .hasMessage(
            "a subset of 5 pictures per class needs as many that show it, there is 'dog' on 0");
    assertThatThrownBy(
            () -> StratifiedSubset.of(singles(9), NAMES, options.withClasses(List.of(3))))
        .hasMessage("class ids must lie in 0 to 2, got 3");
    assertThatThrownBy(() -> StratifiedSubset.of(List.of(), NAMES, options))
        .hasMessage("there is no picture to choose from");
  }

  @Test
  void options_contradictions_areRefused() {
    assertThatThrownBy(() -> SubsetOptions.perClass(0))
        .hasMessage("a subset needs either pictures per class or a total, at least 1, got 0 and 0");
    assertThatThrownBy(() -> SubsetOptions.total(5).withBackground(2))
        .hasMessage(
            "background pictures must be at least 0, and are part of a total, got 2 with a total of 5");
  }
}
