package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What others do is told apart from what this process does. */
final class OtherWorkTest {
  @Test
  void busySeconds_lineOfTheKernel_leavesIdleAndWaitingOut() {
    assertThat(OtherWork.busySeconds("cpu  100 20 30 4000 500 6 7 8 0 0"))
        .isCloseTo(1.71, within(1e-9));
  }

  @Test
  void busySeconds_otherText_isUnknown() {
    assertThat(OtherWork.busySeconds("")).isNaN();
    assertThat(OtherWork.busySeconds("intr 1 2 3 4 5 6 7 8 9")).isNaN();
  }

  @Test
  void processors_anotherProcessComputes_isSeen() throws IOException, InterruptedException {
    assumeTrue(new OtherWork().processors().isKnown(), "this system has no /proc/stat");
    OtherWork others = new OtherWork();
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      double own = 0;
      while (System.nanoTime() < end) {
        own += Math.sqrt(own + 1);
      }
      assertThat(own).isPositive();
    } finally {
      busy.destroyForcibly().waitFor();
    }
    assertThat(others.processors().value()).isGreaterThan(0.2);
  }
}
