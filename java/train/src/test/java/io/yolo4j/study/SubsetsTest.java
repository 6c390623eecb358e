package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SubsetsTest {
  private static Sample sample(String name, int... classes) {
    List<Label> labels =
        Arrays.stream(classes)
            .mapToObj(id -> new Label(id, new NormalizedBox(0.5, 0.5, 0.1, 0.1)))
            .toList();
    return new Sample(Path.of(name), new ImageSize(64, 64), labels);
  }

  /** 20 pictures of a, 10 of b with an a in each, 5 without anything. */
  private static Dataset dataset() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      samples.add(sample("a" + i, 0));
    }
    for (int i = 0; i < 10; i++) {
      samples.add(sample("b" + i, 0, 1, 1));
    }
    for (int i = 0; i < 5; i++) {
      samples.add(sample("none" + i));
    }
    return new Dataset("set", List.of("a", "b"), samples, List.of());
  }

  private static List<String> names(List<Sample> samples) {
    return samples.stream().map(s -> s.image().toString()).toList();
  }

  @Test
  void take_isStratified() {
    List<String> taken = names(Subsets.of(dataset()).take(7, 3));
    assertThat(taken).hasSize(14).doesNotHaveDuplicates();
    assertThat(taken.stream().filter(name -> name.startsWith("a"))).hasSize(7);
    assertThat(taken.stream().filter(name -> name.startsWith("b"))).hasSize(7);
  }

  @Test
  void take_isDeterministic_nested_andOfItsSeed() {
    Subsets subsets = Subsets.of(dataset());
    assertThat(names(subsets.take(5, 1))).isEqualTo(names(Subsets.of(dataset()).take(5, 1)));
    assertThat(subsets.take(8, 1)).containsAll(subsets.take(5, 1));
    assertThat(names(subsets.take(5, 1))).isNotEqualTo(names(subsets.take(5, 2)));
  }

  @Test
  void require_moreThanTheClassHas_namesIt() {
    assertThatThrownBy(() -> Subsets.of(dataset()).require(11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a subset of 11 pictures a class is larger than the class 'b', which has 10 training pictures");
    Subsets.of(dataset()).require(10);
  }
}
