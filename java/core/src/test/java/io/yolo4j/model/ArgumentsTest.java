package io.yolo4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Size2;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private final Arguments args =
      new Arguments("M", Arrays.asList(8L, 2.5, true, null, "text", List.of(1L, 3L), 1L));

  @Test
  void accessors_presentValues_areConverted() {
    assertThat(args.size()).isEqualTo(7);
    assertThat(args.integer(0, "c")).isEqualTo(8);
    assertThat(args.integer(0, "c", 1)).isEqualTo(8);
    assertThat(args.number(1, "e", 0)).isEqualTo(2.5);
    assertThat(args.number(0, "e", 0)).isEqualTo(8);
    assertThat(args.flag(2, "f", false)).isTrue();
    assertThat(args.flag(6, "f", false)).isTrue();
    assertThat(args.text(4, "t", "")).isEqualTo("text");
    assertThat(args.size(5, "k", Size2.square(9))).isEqualTo(new Size2(1, 3));
    assertThat(args.size(0, "k", Size2.square(9))).isEqualTo(Size2.square(8));
    assertThat(args.integers(5, "k")).containsExactly(1, 3);
    assertThat(new Arguments("M", List.of(List.of(List.of(1, 2.5)))).table(0, "anchors"))
        .containsExactly(List.of(1, 2.5));
  }

  @Test
  void accessors_noneOrAbsent_giveTheDefault() {
    for (int index : new int[] {3, 7}) {
      assertThat(args.has(index)).isFalse();
      assertThat(args.integer(index, "c", 4)).isEqualTo(4);
      assertThat(args.number(index, "e", 0.5)).isEqualTo(0.5);
      assertThat(args.flag(index, "f", true)).isTrue();
      assertThat(args.text(index, "t", "x")).isEqualTo("x");
      assertThat(args.size(index, "k", Size2.square(9))).isEqualTo(Size2.square(9));
      assertThat(args.integers(index, "k", List.of(5))).containsExactly(5);
    }
  }

  @Test
  void accessors_wrongType_nameTheArgument() {
    String all = " in [8, 2.5, True, None, 'text', [1, 3], 1]";
    assertError(() -> args.integer(1, "c2"))
        .hasMessage("M: argument 1 (c2) must be a whole number, got 2.5" + all);
    assertError(() -> args.integer(3, "c2"))
        .hasMessage("M: argument 3 (c2) must be a whole number, got None" + all);
    assertError(() -> args.integer(7, "c2"))
        .hasMessage("M: argument 7 (c2) must be a whole number, it is missing" + all);
    assertError(() -> args.number(4, "e", 0))
        .hasMessage("M: argument 4 (e) must be a number, got 'text'" + all);
    assertError(() -> args.flag(0, "f", true))
        .hasMessage("M: argument 0 (f) must be True or False, got 8" + all);
    assertError(() -> args.text(0, "t", ""))
        .hasMessage("M: argument 0 (t) must be a text, got 8" + all);
    assertError(() -> args.integers(0, "k"))
        .hasMessage("M: argument 0 (k) must be a list of whole numbers, got 8" + all);
    assertError(() -> args.table(5, "anchors"))
        .hasMessage("M: argument 5 (anchors) must be a list of lists of numbers, got [1, 3]" + all);
    assertError(() -> args.table(0, "anchors"))
        .hasMessage("M: argument 0 (anchors) must be a list of lists of numbers, got 8" + all);
    Arguments triple = new Arguments("M", List.of(List.of(1, 2, 3)));
    assertError(() -> triple.size(0, "k", Size2.square(1)))
        .hasMessage(
            "M: argument 0 (k) must be a whole number or a pair, got [1, 2, 3] in [[1, 2, 3]]");
  }

  @Test
  void values_list_isAnImmutableCopy() {
    List<Object> given = new ArrayList<>(List.of(1));
    Arguments copy = new Arguments("M", given);
    given.clear();
    assertThat(copy.values()).containsExactly(1);
    assertThatThrownBy(() -> copy.values().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static AbstractThrowableAssert<?, ?> assertError(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }
}
