package io.yolo4j.profile;

import io.yolo4j.kernels.RoofKernels.Access;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Bandwidths of levels of memory, in rounds over all of them: what others on the machine do comes
 * and goes, so that figures taken one after the other in the same second share their luck. The best
 * of all rounds counts. How well it would be found again is how far the best of the even rounds and
 * of the odd ones lie apart; levels where that is too much get more rounds.
 *
 * <p>Not thread-safe.
 */
final class BandwidthRounds {
  /** Rounds that every level gets. */
  static final int LEAST = 6;

  /** Rounds after which a level that doesn't settle is left. */
  static final int MOST = 24;

  /**
   * A level that is to be measured.
   *
   * @param name as in {@link Roofs.Level}
   * @param capacity bytes that it holds
   * @param workingSet bytes that are passed over
   */
  record Target(String name, long capacity, long workingSet) {}

  private final RoofProbe probe;

  BandwidthRounds(RoofProbe probe) {
    this.probe = probe;
  }

  /** Returns the levels, in order. */
  List<Roofs.Level> measure(List<Target> targets) {
    List<Best> all = targets.stream().map(Best::new).toList();
    List<Best> open = new ArrayList<>(all);
    for (int round = 0; round < MOST && !open.isEmpty(); round++) {
      for (Best best : open) {
        best.round(probe, round);
      }
      if (round + 1 >= LEAST && round % 2 == 1) {
        open.removeIf(best -> best.spread() <= RoofMeasurement.MOST_SPREAD);
      }
    }
    return all.stream().map(Best::level).toList();
  }

  /** The best figures of a level, of even rounds and of odd ones. */
  private static final class Best {
    private final Target target;
    private final Map<Access, double[]> halves = new EnumMap<>(Access.class);

    Best(Target target) {
      this.target = target;
      for (Access access : Access.values()) {
        halves.put(access, new double[2]);
      }
    }

    void round(RoofProbe probe, int round) {
      halves.forEach(
          (access, half) -> {
            double now = probe.bandwidth(access, target.workingSet());
            half[round % 2] = Math.max(half[round % 2], now);
          });
    }

    double spread() {
      return halves.values().stream().mapToDouble(Best::spread).max().orElseThrow();
    }

    private static double spread(double[] half) {
      return 1 - Math.min(half[0], half[1]) / Math.max(half[0], half[1]);
    }

    private double best(Access access) {
      double[] half = halves.getOrDefault(access, new double[2]);
      return Math.max(half[0], half[1]);
    }

    Roofs.Level level() {
      return new Roofs.Level(
          target.name(),
          target.capacity(),
          best(Access.READ),
          best(Access.WRITE),
          best(Access.COPY),
          best(Access.TRIAD),
          best(Access.UPDATE),
          spread());
    }
  }
}
