package io.yolo4j.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What Linux counts of this process and thread without any rights: page faults and how often others
 * took the processor away. Empty where the system doesn't tell.
 */
final class ProcessCounters {
  /** Field of /proc/self/stat behind the command's name, from 0: proc(5) numbers it 10. */
  private static final int MINOR_FAULTS = 7;

  private ProcessCounters() {}

  /** Returns the minor page faults of the process so far. */
  static OptionalLong minorFaults() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      // The name may hold spaces and parentheses.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return OptionalLong.of(Long.parseLong(fields[MINOR_FAULTS]));
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /** Returns how often the current thread lost its processor to others so far. */
  static OptionalLong involuntarySwitches() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/thread-self/status"))) {
        if (line.startsWith("nonvoluntary_ctxt_switches:")) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")));
        }
      }
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }
}
