package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostQueueTest {
  private static final double MICRO = 1e-6;

  @ParameterizedTest
  @CsvSource({"10, 1, 10.001", "1, 10, 10.001"})
  void end_thousandEqualPieces_isTheSlowerSide(double issue, double work, double milliseconds) {
    HostQueue queue = new HostQueue();
    for (int i = 0; i < 1000; i++) {
      queue.issue(issue * MICRO, work * MICRO);
    }
    assertThat(1e3 * queue.end()).isCloseTo(milliseconds, within(1e-9));
    assertThat(1e3 * queue.hostSeconds()).isCloseTo(issue, within(1e-9));
    assertThat(1e3 * queue.busySeconds()).isCloseTo(work, within(1e-9));
  }

  @Test
  void end_mixedPieces_isAsByHand() {
    HostQueue queue = new HostQueue();
    queue.issue(2, 5); // issued at 2, done at 7
    queue.issue(1, 1); // issued at 3, waits, done at 8
    queue.issue(10, 1); // issued at 13, done at 14
    queue.issue(3, 0); // issued at 16
    assertThat(queue.end()).isEqualTo(16);
    assertThat(queue.busySeconds()).isEqualTo(7);
  }

  @Test
  void issue_negativeOrNaN_isRefused() {
    HostQueue queue = new HostQueue();
    assertThatIllegalArgumentException().isThrownBy(() -> queue.issue(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.issue(0, Double.NaN));
  }
}
