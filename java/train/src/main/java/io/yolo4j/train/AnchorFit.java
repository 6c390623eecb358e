package io.yolo4j.train;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Fits anchors to the boxes of a data set: k-means (Lloyd 1982, started as by Arthur and
 * Vassilvitskii 2007) on sizes divided by their standard deviations, then mutation that keeps what
 * raises the fitness. Deterministic for a seed.
 *
 * <p>The fitness is the mean over boxes of the best anchor's metric, 0 for boxes that no anchor can
 * learn; with {@code perClass} the mean over classes of their means, so that a rare class is not
 * given up.
 *
 * @param anchorT largest ratio of a side to an anchor's, the hyper-parameter {@code anchor_t}
 * @param generations mutations to try
 * @param perClass whether each class counts the same, instead of each box
 * @param seed of every random choice
 */
public record AnchorFit(double anchorT, int generations, boolean perClass, long seed) {
  private static final float LEAST_SIDE = 2;
  private static final int MOST_BOXES = 100_000;
  private static final double MUTATED = 0.5;
  private static final double STRENGTH = 0.1;

  /** Checks the values. */
  public AnchorFit {
    Hyperparameter.ANCHOR_T.check(anchorT);
    if (generations < 0) {
      throw new IllegalArgumentException("generations must not be negative, got " + generations);
    }
  }

  /** Returns the defaults: 1000 generations, each class counts the same. */
  public static AnchorFit of(double anchorT, long seed) {
    return new AnchorFit(anchorT, 1000, true, seed);
  }

  /**
   * The outcome of a fit.
   *
   * @param head the head with the better anchors: the fitted ones, or the old ones if those are not
   *     improved
   * @param before how the old anchors fit
   * @param after how the fitted ones do
   * @param improved whether less is missing to a best possible recall of {@link AnchorCheck#LIMIT},
   *     over all boxes and for the worst class together, or where as much is, more boxes are
   *     reached
   */
  public record Result(
      DetectionHead head, AnchorReport before, AnchorReport after, boolean improved) {}

  /**
   * Fits as many anchors as a head has; the smallest go to the level of the smallest stride.
   *
   * @throws IllegalArgumentException if there are fewer boxes than anchors
   */
  public Result fit(DetectionHead head, List<LabelSize> sizes) {
    int count = head.levels().stream().mapToInt(level -> level.anchors().size()).sum();
    DetectionHead fitted = withAnchors(head, anchors(sizes, count));
    AnchorReport before = AnchorCheck.of(sizes, head, anchorT);
    AnchorReport after = AnchorCheck.of(sizes, fitted, anchorT);
    double gain = before.shortfall(AnchorCheck.LIMIT) - after.shortfall(AnchorCheck.LIMIT);
    boolean improved = gain > 0 || (gain == 0 && after.recall() > before.recall());
    return new Result(improved ? fitted : head, before, after, improved);
  }

  /**
   * Returns fitted anchors by growing area. Boxes with both sides under 2 pixels are left out.
   *
   * @throws IllegalArgumentException if there are fewer boxes than anchors
   */
  public List<Anchor> anchors(List<LabelSize> sizes, int count) {
    List<LabelSize> used = used(sizes);
    if (count < 1 || used.size() < count) {
      throw new IllegalArgumentException(
          "fitting %d anchors needs at least as many boxes of %d pixels, got %d"
              .formatted(count, (int) LEAST_SIDE, used.size()));
    }
    double[] weights = weights(used);
    Random random = Seeds.random(seed, 0);
    double[][] centres = new SizeClusters(used, weights, random).centres(count);
    return mutated(centres, used, weights, random).stream()
        .sorted(Comparator.comparingDouble(anchor -> (double) anchor.width() * anchor.height()))
        .toList();
  }

  /** More boxes change nothing that a fit could show, but its time. */
  private static List<LabelSize> used(List<LabelSize> sizes) {
    List<LabelSize> large =
        sizes.stream()
            .filter(size -> size.width() >= LEAST_SIDE || size.height() >= LEAST_SIDE)
            .toList();
    if (large.size() <= MOST_BOXES) {
      return large;
    }
    List<LabelSize> some = new ArrayList<>();
    for (int i = 0; i < MOST_BOXES; i++) {
      some.add(large.get((int) ((long) i * large.size() / MOST_BOXES)));
    }
    return some;
  }

  /** Weights of the boxes, of sum 1. */
  private double[] weights(List<LabelSize> sizes) {
    Map<Integer, Integer> counts = new HashMap<>();
    sizes.forEach(size -> counts.merge(perClass ? size.classId() : 0, 1, Integer::sum));
    double[] weights = new double[sizes.size()];
    for (int i = 0; i < weights.length; i++) {
      int key = perClass ? sizes.get(i).classId() : 0;
      weights[i] = 1.0 / counts.getOrDefault(key, 1) / counts.size();
    }
    return weights;
  }

  private List<Anchor> mutated(
      double[][] centres, List<LabelSize> sizes, double[] weights, Random random) {
    List<Anchor> best = new ArrayList<>();
    for (double[] centre : centres) {
      best.add(anchor(centre[0], centre[1]));
    }
    double fitness = fitness(best, sizes, weights);
    for (int i = 0; i < generations; i++) {
      List<Anchor> tried = new ArrayList<>();
      for (Anchor anchor : best) {
        tried.add(anchor(anchor.width() * factor(random), anchor.height() * factor(random)));
      }
      double reached = tried.equals(best) ? fitness : fitness(tried, sizes, weights);
      if (reached > fitness) {
        fitness = reached;
        best = tried;
      }
    }
    return best;
  }

  private static double factor(Random random) {
    double strength = STRENGTH * random.nextDouble() * random.nextGaussian();
    return random.nextDouble() < MUTATED ? StrictMath.exp(strength) : 1;
  }

  private static Anchor anchor(double width, double height) {
    return new Anchor((float) Math.max(width, LEAST_SIDE), (float) Math.max(height, LEAST_SIDE));
  }

  private double fitness(List<Anchor> anchors, List<LabelSize> sizes, double[] weights) {
    float threshold = (float) (1 / anchorT);
    double fitness = 0;
    for (int i = 0; i < weights.length; i++) {
      float best = 0;
      for (Anchor anchor : anchors) {
        best = Math.max(best, sizes.get(i).metric(anchor.width(), anchor.height()));
      }
      fitness += best > threshold ? best * weights[i] : 0;
    }
    return fitness;
  }

  private static DetectionHead withAnchors(DetectionHead head, List<Anchor> byArea) {
    Integer[] byStride = new Integer[head.levels().size()];
    Arrays.setAll(byStride, i -> i);
    Arrays.sort(byStride, Comparator.comparingInt(i -> head.levels().get(i).stride()));
    List<Level> levels = new ArrayList<>(head.levels());
    int next = 0;
    for (int index : byStride) {
      Level level = levels.get(index);
      int end = next + level.anchors().size();
      levels.set(index, new Level(level.stride(), byArea.subList(next, end)));
      next = end;
    }
    return new DetectionHead(head.classes(), levels);
  }
}
