package io.yolo4j.profile;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What other processes did on this machine since this was made, and what a virtual machine's host
 * took: all processors' busy time of /proc/stat without this process's own.
 */
final class OtherWork {
  private static final Path STAT = Path.of("/proc/stat");

  /** The kernel counts in hundredths of a second for programs, whatever its own clock. */
  private static final double TICKS_A_SECOND = 100;

  private static final double NANOS_A_SECOND = 1e9;

  private final double busy = busySeconds();
  private final double own = ownSeconds();
  private final long started = System.nanoTime();

  /** Returns how many processors others kept busy on average; unavailable where nobody tells. */
  Cell processors() {
    double seconds = (System.nanoTime() - started) / NANOS_A_SECOND;
    double others = busySeconds() - busy - (ownSeconds() - own);
    // Both clocks are coarse; a quiet machine may seem to do less than nothing.
    return Cell.derived(Double.isNaN(others) ? others : Math.max(0, others / seconds));
  }

  private static double ownSeconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
        ? bean.getProcessCpuTime() / NANOS_A_SECOND
        : Double.NaN;
  }

  private static double busySeconds() {
    try (Stream<String> lines = Files.lines(STAT)) {
      return busySeconds(lines.findFirst().orElse(""));
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /**
   * Of the line "cpu user nice system idle iowait irq softirq steal …": all but idle and iowait.
   */
  static double busySeconds(String line) {
    String[] words = line.strip().split("\\s+", -1);
    if (words.length < 9 || !words[0].equals("cpu")) {
      return Double.NaN;
    }
    double ticks = 0;
    for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
      ticks += Long.parseLong(words[i]);
    }
    return ticks / TICKS_A_SECOND;
  }
}
