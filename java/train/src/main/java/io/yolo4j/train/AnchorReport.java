package io.yolo4j.train;

import java.util.List;

/**
 * How well anchors fit the boxes of a data set. The metric of a box and an anchor is the worse of
 * min(w/a, a/w) and min(h/a, a/h); an anchor can learn a box when it is above 1 / anchor_t.
 *
 * @param boxes number of boxes
 * @param reached boxes that at least one anchor can learn
 * @param pairs pairs of box and anchor that can learn
 * @param meanMetric mean over all pairs
 * @param meanBest mean over boxes of the best anchor's metric
 * @param meanOfPairs mean over the pairs that can learn
 * @param fitness mean over boxes of the best anchor's metric, 0 for a box that is not reached
 * @param classes the same per class that has boxes, by class id
 */
public record AnchorReport(
    int boxes,
    int reached,
    long pairs,
    double meanMetric,
    double meanBest,
    double meanOfPairs,
    double fitness,
    List<ClassRecall> classes) {
  /** Copies the list. */
  public AnchorReport {
    classes = List.copyOf(classes);
  }

  /**
   * The boxes of one class.
   *
   * @param classId its id
   * @param boxes its boxes, at least 1
   * @param reached those that at least one anchor can learn
   */
  public record ClassRecall(int classId, int boxes, int reached) {
    /** Returns the best possible recall. */
    public double recall() {
      return (double) reached / boxes;
    }
  }

  /** Returns the best possible recall: the share of boxes that are reached; 1 without boxes. */
  public double recall() {
    return boxes == 0 ? 1 : (double) reached / boxes;
  }

  /** Returns how many anchors can learn a box, on average. */
  public double anchorsPerBox() {
    return boxes == 0 ? 0 : (double) pairs / boxes;
  }

  /** Returns the classes whose best possible recall is below a limit. */
  public List<ClassRecall> below(double limit) {
    return classes.stream().filter(one -> one.recall() < limit).toList();
  }

  /** Returns whether the best possible recall is below a limit, over all boxes or for one class. */
  public boolean needsFit(double limit) {
    return recall() < limit || !below(limit).isEmpty();
  }

  /** Returns what is missing to a limit: over all boxes, and for the worst class. */
  double shortfall(double limit) {
    double worst = classes.stream().mapToDouble(ClassRecall::recall).min().orElse(1);
    return Math.max(0, limit - recall()) + Math.max(0, limit - worst);
  }
}
