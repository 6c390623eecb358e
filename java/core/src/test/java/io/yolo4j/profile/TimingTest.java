package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TimingTest {
  @Test
  void ofNanos_twentyRuns_areMinimumMedianAndNinetyFifth() {
    long[] nanos = LongStream.rangeClosed(1, 20).map(i -> 21 - i).toArray();
    assertThat(Timing.ofNanos(nanos)).isEqualTo(new Timing(1e-9, 10.5e-9, 19e-9));
    assertThat(nanos[0]).as("the caller's array stays").isEqualTo(20);
  }

  @Test
  void inTurns_worksAlternate_andWarmUpIsNotTimed() {
    List<String> runs = new ArrayList<>();
    List<Timing> times = Timing.inTurns(List.of(() -> runs.add("a"), () -> runs.add("b")), 1, 2);
    assertThat(runs).containsExactly("a", "b", "a", "b", "a", "b");
    assertThat(times).hasSize(2).allMatch(time -> time.minimum() >= 0 && time.p95() < 1);
    assertThat(Timing.inTurns(List.of(), 1, 2)).isEmpty();
  }

  @Test
  void ofNanos_oneRun_isThatRun() {
    assertThat(Timing.ofNanos(new long[] {7})).isEqualTo(new Timing(7e-9, 7e-9, 7e-9));
  }

  @Test
  void ofNanos_nothing_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timing.ofNanos(new long[0]))
        .withMessageContaining("at least one run");
  }
}
