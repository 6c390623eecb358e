package io.yolo4j.train;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.train.AnchorReport.ClassRecall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures how well a head's anchors fit the boxes of a data set. */
public final class AnchorCheck {
  /** New anchors are worth fitting where the best possible recall is below this. */
  public static final double LIMIT = 0.98;

  private AnchorCheck() {}

  /**
   * Measures anchors.
   *
   * @param sizes the boxes, scaled to the image size
   * @param anchorT largest ratio of a side to an anchor's, the hyper-parameter {@code anchor_t}
   */
  public static AnchorReport of(List<LabelSize> sizes, List<Anchor> anchors, double anchorT) {
    if (anchors.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one anchor to check");
    }
    // In float32, as assignment compares in training: sides at exactly the ratio would tip over.
    float threshold = (float) (1 / anchorT);
    Tally tally = new Tally();
    for (LabelSize size : sizes) {
      float best = 0;
      for (Anchor anchor : anchors) {
        float metric = size.metric(anchor.width(), anchor.height());
        tally.add(metric, metric > threshold);
        best = Math.max(best, metric);
      }
      tally.addBest(size.classId(), best, best > threshold);
    }
    return tally.report((long) sizes.size() * anchors.size());
  }

  /** Measures a head's anchors, those of all levels together. */
  public static AnchorReport of(List<LabelSize> sizes, DetectionHead head, double anchorT) {
    return of(
        sizes, head.levels().stream().flatMap(level -> level.anchors().stream()).toList(), anchorT);
  }

  private static final class Tally {
    private final Map<Integer, ClassRecall> classes = new TreeMap<>();
    private int boxes;
    private int reached;
    private long pairs;
    private double sum;
    private double sumOfBest;
    private double sumOfPairs;
    private double sumOfReached;

    void add(float metric, boolean learns) {
      sum += metric;
      if (learns) {
        pairs++;
        sumOfPairs += metric;
      }
    }

    void addBest(int classId, float best, boolean learns) {
      int hit = learns ? 1 : 0;
      boxes++;
      reached += hit;
      sumOfBest += best;
      sumOfReached += learns ? best : 0;
      classes.merge(
          classId,
          new ClassRecall(classId, 1, hit),
          (a, b) -> new ClassRecall(classId, a.boxes() + b.boxes(), a.reached() + b.reached()));
    }

    AnchorReport report(long allPairs) {
      return new AnchorReport(
          boxes,
          reached,
          pairs,
          mean(sum, allPairs),
          mean(sumOfBest, boxes),
          mean(sumOfPairs, pairs),
          mean(sumOfReached, boxes),
          new ArrayList<>(classes.values()));
    }

    private static double mean(double total, long count) {
      return count == 0 ? 0 : total / count;
    }
  }
}
