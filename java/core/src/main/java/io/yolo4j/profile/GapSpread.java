package io.yolo4j.profile;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * How far a gap moves from measurement to measurement: a bootstrap after Efron (1979). Blocks of
 * runs are drawn anew with replacement, of both networks the same where they took turns, so that
 * what drifted over both doesn't count.
 */
final class GapSpread {
  private static final int DRAWS = 2000;
  private static final long SEED = 1;

  /** The middle 95 %. */
  private static final double TAIL = 0.025;

  private final List<Double> first;
  private final List<Double> second;
  private final int blocks;
  private final boolean paired;

  private GapSpread(Circumstances first, Circumstances second) {
    this.first = first.seconds();
    this.second = second.seconds();
    paired = first.blocks() > 1 && first.blocks() == second.blocks();
    blocks = paired ? first.blocks() : Math.min(this.first.size(), this.second.size());
  }

  /**
   * Returns half the width of the interval that holds t_A − ρ·t_B in 95 % of the draws, seconds;
   * empty where the single runs aren't known.
   */
  static OptionalDouble of(Circumstances first, Circumstances second, double ratio) {
    if (first.seconds().size() < 3 || second.seconds().size() < 3) {
      return OptionalDouble.empty();
    }
    GapSpread spread = new GapSpread(first, second);
    Random random = new Random(SEED);
    double[] gaps = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] a = spread.draw(random);
      int[] b = spread.paired ? a : spread.draw(random);
      gaps[draw] = spread.median(spread.first, a) - ratio * spread.median(spread.second, b);
    }
    Arrays.sort(gaps);
    int cut = (int) (TAIL * DRAWS);
    return OptionalDouble.of((gaps[DRAWS - 1 - cut] - gaps[cut]) / 2);
  }

  private int[] draw(Random random) {
    return random.ints(blocks, 0, blocks).toArray();
  }

  private double median(List<Double> seconds, int[] drawn) {
    double[] values = new double[blocks * (seconds.size() / blocks + 1)];
    int count = 0;
    for (int block : drawn) {
      int end = seconds.size() * (block + 1) / blocks;
      for (int run = seconds.size() * block / blocks; run < end; run++) {
        values[count++] = seconds.get(run);
      }
    }
    Arrays.sort(values, 0, count);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
  }
}
