package io.yolo4j.eval;

import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Measures by the protocol of the COCO detection challenge (Lin et al., "Microsoft COCO: Common
 * Objects in Context", 2014, and the challenge's rules of evaluation): 101 recalls, ten IoU
 * thresholds, three sizes, at most 1, 10 and 100 detections a picture and class, crowds. {@link
 * CocoMatching} says how detections are matched.
 *
 * <p>It differs from {@link AveragePrecision} in that a detection may fall back to a truth that no
 * better one took, that precision is read at 101 recalls instead of integrated between them, and in
 * what it leaves out.
 *
 * <p>A listener of a validation: it takes labels and detections from there. Threads: one at a time.
 */
public final class CocoProtocol implements ValidationListener {
  private static final int RECALLS = 101;
  private static final int AT_75 = 5;
  private static final int MOST = 100;

  private final SortedMap<Integer, OfClass> classes = new TreeMap<>();

  /** What adds up of a class. */
  private static final class OfClass {
    private final Map<CocoArea, OfSize> sizes = new EnumMap<>(CocoArea.class);

    OfClass() {
      for (CocoArea size : CocoArea.values()) {
        sizes.put(size, new OfSize());
      }
    }

    OfSize of(CocoArea size) {
      return Objects.requireNonNull(sizes.get(size));
    }

    void sort() {
      sizes
          .values()
          .forEach(one -> one.outcomes.sort(Comparator.comparingDouble(o -> -o.confidence())));
    }
  }

  /** What adds up of a class for objects of a size. */
  private static final class OfSize {
    final List<CocoOutcome> outcomes = new ArrayList<>();
    int counted;
  }

  /** Returns IoU threshold 0 to 9, not rounded to float32 as those of {@link IouThresholds}. */
  static double iouThreshold(int index) {
    return (50 + 5 * index) / 100.0;
  }

  @Override
  public void pictureDone(Sample sample, List<Detection> detections) {
    add(
        detections,
        sample.labels().stream().map(label -> CocoTruth.of(label, sample.size())).toList());
  }

  /**
   * Adds a picture.
   *
   * @param detections in any order, in pixels of the original picture
   * @param truths its objects, in the same pixels
   */
  public void add(List<Detection> detections, List<CocoTruth> truths) {
    IntStream.concat(
            detections.stream().mapToInt(Detection::classId),
            truths.stream().mapToInt(CocoTruth::classId))
        .distinct()
        .forEach(
            id ->
                add(
                    classes.computeIfAbsent(id, key -> new OfClass()),
                    detections.stream().filter(d -> d.classId() == id).toList(),
                    truths.stream().filter(t -> t.classId() == id).toList()));
  }

  private static void add(OfClass to, List<Detection> detections, List<CocoTruth> truths) {
    List<Detection> first =
        detections.stream()
            .sorted(Comparator.comparingDouble(d -> -d.confidence()))
            .limit(MOST)
            .toList();
    CocoMatching matching = new CocoMatching(first, truths);
    for (CocoArea size : CocoArea.values()) {
      OfSize one = to.of(size);
      one.counted += CocoMatching.counted(truths, size);
      int[] bits = matching.outcomes(size);
      for (int rank = 0; rank < bits.length; rank++) {
        one.outcomes.add(new CocoOutcome(first.get(rank).confidence(), rank, bits[rank]));
      }
    }
  }

  /** Returns the figures of what was added so far. */
  public CocoResult result() {
    classes.values().forEach(OfClass::sort);
    IntPredicate every = threshold -> true;
    return new CocoResult(
        precision(CocoArea.ALL, every),
        precision(CocoArea.ALL, threshold -> threshold == 0),
        precision(CocoArea.ALL, threshold -> threshold == AT_75),
        precision(CocoArea.SMALL, every),
        precision(CocoArea.MEDIUM, every),
        precision(CocoArea.LARGE, every),
        recall(CocoArea.ALL, 1),
        recall(CocoArea.ALL, 10),
        recall(CocoArea.ALL, MOST),
        recall(CocoArea.SMALL, MOST),
        recall(CocoArea.MEDIUM, MOST),
        recall(CocoArea.LARGE, MOST),
        classFigures());
  }

  private List<CocoResult.ClassFigures> classFigures() {
    List<CocoResult.ClassFigures> figures = new ArrayList<>();
    classes.forEach(
        (id, one) -> {
          OfSize all = one.of(CocoArea.ALL);
          if (all.counted > 0) {
            figures.add(
                new CocoResult.ClassFigures(
                    id,
                    all.counted,
                    precision(all, threshold -> true),
                    precision(all, threshold -> threshold == 0),
                    precision(all, threshold -> threshold == AT_75),
                    recall(all, MOST)));
          }
        });
    return figures;
  }

  private double precision(CocoArea size, IntPredicate thresholds) {
    return mean(classes.values().stream().mapToDouble(one -> precision(one.of(size), thresholds)));
  }

  private double recall(CocoArea size, int most) {
    return mean(classes.values().stream().mapToDouble(one -> recall(one.of(size), most)));
  }

  /** Over the classes with an object that counts. */
  private static double mean(DoubleStream values) {
    return values.filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }

  private static double precision(OfSize one, IntPredicate thresholds) {
    return mean(
        IntStream.range(0, IouThresholds.COUNT)
            .filter(thresholds)
            .mapToDouble(threshold -> precision(one, threshold)));
  }

  private static double recall(OfSize one, int most) {
    int counted = one.counted;
    if (counted == 0) {
      return Double.NaN;
    }
    return IntStream.range(0, IouThresholds.COUNT)
        .mapToLong(
            threshold ->
                one.outcomes.stream().filter(o -> o.rank() < most && o.right(threshold)).count())
        .mapToDouble(right -> (double) right / counted)
        .average()
        .orElseThrow();
  }

  /** The mean, over the recalls, of the highest precision at that recall or a higher one. */
  private static double precision(OfSize one, int threshold) {
    int counted = one.counted;
    if (counted == 0) {
      return Double.NaN;
    }
    List<CocoOutcome> outcomes = one.outcomes.stream().filter(o -> o.counts(threshold)).toList();
    double[] recall = new double[outcomes.size()];
    double[] precision = new double[outcomes.size()];
    int right = 0;
    for (int i = 0; i < recall.length; i++) {
      right += outcomes.get(i).right(threshold) ? 1 : 0;
      recall[i] = (double) right / counted;
      precision[i] = (double) right / (i + 1);
    }
    for (int i = recall.length - 2; i >= 0; i--) {
      precision[i] = Math.max(precision[i], precision[i + 1]);
    }
    double sum = 0;
    int at = 0;
    for (int i = 0; i < RECALLS; i++) {
      // The places as multiples of 0.01 in float64, as the challenge has them.
      while (at < recall.length && recall[at] < i * 0.01) {
        at++;
      }
      sum += at < recall.length ? precision[at] : 0;
    }
    return sum / RECALLS;
  }
}
