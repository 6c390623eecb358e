package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ChartTest {
  @Test
  void axis_aroundValues_hasRoundEndsAndMarks() {
    Axis axis = Axis.around("loss", DoubleStream.of(0.0123, 0.11, Double.NaN));
    assertThat(axis.low()).isZero();
    assertThat(axis.high()).isEqualTo(0.125);
    assertThat(axis.marks().stream().map(Axis::text))
        .containsExactly("0", "0.025", "0.05", "0.075", "0.1", "0.125");
    Axis far = Axis.around("loss", DoubleStream.of(101, 104.9));
    assertThat(far.low()).isEqualTo(101);
    assertThat(far.high()).isEqualTo(105);
  }

  @Test
  void axis_oddValues_staysUsable() {
    for (DoubleStream values :
        List.of(
            DoubleStream.empty(),
            DoubleStream.of(0),
            DoubleStream.of(7, 7),
            DoubleStream.of(-3, -3),
            DoubleStream.of(1e-300),
            DoubleStream.of(1e300, -1e300),
            DoubleStream.of(Double.NaN, Double.POSITIVE_INFINITY))) {
      Axis axis = Axis.around("y", values);
      assertThat(axis.marks()).hasSizeBetween(2, 12);
      assertThat(axis.high()).isFinite().isGreaterThan(axis.low());
    }
  }

  @Test
  void axis_epochs_hasWholeMarks() {
    assertThat(Axis.epochs("epoch", 1).marks()).containsExactly(1.0, 2.0);
    assertThat(Axis.epochs("epoch", 4).marks()).containsExactly(1.0, 2.0, 3.0, 4.0);
    assertThat(Axis.epochs("epoch", 300).marks()).containsExactly(100.0, 200.0, 300.0);
    assertThatThrownBy(() -> new Axis("x", 1, 1, 1))
        .hasMessage("an axis needs low < high and a positive step, got 1.0, 1.0 and 1.0");
  }

  @Test
  void polyline_keepsWhatMatters() {
    Polyline line = new Polyline();
    for (int i = 0; i <= 100; i++) {
      line.add(i, i <= 40 ? 0 : i == 41 ? 0.1 : 10);
    }
    assertThat(line.simplified(0.15)).isEqualTo("0,0 41,0.1 42,10 100,10");
    assertThat(line.simplified(0.05)).isEqualTo("0,0 40,0 41,0.1 42,10 100,10");
  }

  @Test
  void polyline_numbers_areShort() {
    assertThat(List.of(1.0, 0.5, -0.25, 12.345, -0.001, 100.049, 7.999))
        .extracting(Polyline::number)
        .containsExactly("1", "0.5", "-0.25", "12.35", "0", "100.05", "8");
  }

  @Test
  void markup_whatDoesNotNest_isRefused() {
    Markup open = new Markup().open("p").open("b").close();
    assertThatThrownBy(open::toString).hasMessage("still open: [p]");
    assertThatThrownBy(() -> new Markup().open("p", "class"))
        .hasMessage("attributes of <p> must be names and values in turn, got 1");
    assertThat(new Markup().element("p", "a<b&\"c\"", "title", "\u0001>").toString())
        .isEqualTo("<p title=\"\ufffd&gt;\">a&lt;b&amp;&quot;c&quot;</p>");
    assertThat(new Markup().open("p").leaf("span").leaf("br").close().toString())
        .isEqualTo("<p><span></span><br/></p>");
  }

  @Test
  void ink_classesDiffer_seriesFollowTheTheme() {
    assertThat(Ink.series(7).css()).isEqualTo("var(--s1)");
    assertThat(Ink.ofClass(0).css()).matches("hsl\\(\\d+ 70% var\\(--class-light\\)\\)");
    assertThat(Ink.ofClass(0).css()).isNotEqualTo(Ink.ofClass(1).css());
    assertThat(Ink.ofClass(0).awt()).isNotEqualTo(Ink.ofClass(1).awt());
  }
}
