package io.yolo4j.train;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How much each class counts: the rarer, the more. Weight of class c = (1 / labels of c) / sum over
 * all classes; a class without labels counts as one with a single label.
 *
 * @param weights per class id
 */
public record ClassWeights(List<Double> weights) {
  /** Checks the values and copies the list. */
  public ClassWeights {
    weights = List.copyOf(weights);
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("class weights need at least one class");
    }
    for (double weight : weights) {
      requireWeight("class weights", weight);
    }
  }

  /** Returns the weights for a data set's labels. */
  public static ClassWeights of(Dataset dataset) {
    List<Integer> counts = new ArrayList<>();
    dataset.classNames().forEach(name -> counts.add(0));
    for (Sample sample : dataset.samples()) {
      for (Label label : sample.labels()) {
        counts.set(label.classId(), counts.get(label.classId()) + 1);
      }
    }
    return ofCounts(counts);
  }

  /** Returns the weights for these numbers of labels per class id. */
  public static ClassWeights ofCounts(List<Integer> labelsPerClass) {
    List<Double> inverse = labelsPerClass.stream().map(count -> 1.0 / Math.max(count, 1)).toList();
    double sum = inverse.stream().mapToDouble(Double::doubleValue).sum();
    return new ClassWeights(inverse.stream().map(weight -> weight / sum).toList());
  }

  /**
   * Returns weights for an epoch after a validation: each times (1 − AP)², so that what the network
   * knows well is shown less often.
   *
   * @param averagePrecisions per class id, from 0 to 1
   */
  public ClassWeights after(List<Double> averagePrecisions) {
    if (averagePrecisions.size() != weights.size()) {
      throw new IllegalArgumentException(
          "there must be one average precision per class (%d), got %d"
              .formatted(weights.size(), averagePrecisions.size()));
    }
    List<Double> changed = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      double missing = 1 - averagePrecisions.get(i);
      changed.add(weights.get(i) * missing * missing);
    }
    return new ClassWeights(changed);
  }

  /** Returns how much each picture counts: the sum of the weights of its labels. */
  public List<Double> pictures(List<Sample> samples) {
    return samples.stream()
        .map(sample -> sample.labels().stream().mapToDouble(l -> weights.get(l.classId())).sum())
        .toList();
  }

  /**
   * Returns an epoch's order of pictures, drawn with these weights: as many as there are, some
   * several times, others never. The same for the same seed and epoch.
   *
   * @param pictureWeights per picture; where all are 0, all count the same
   */
  public static int[] order(List<Double> pictureWeights, long seed, int epoch) {
    double[] cumulative = new double[pictureWeights.size()];
    double sum = 0;
    for (int i = 0; i < cumulative.length; i++) {
      sum += requireWeight("picture weights", pictureWeights.get(i));
      cumulative[i] = sum;
    }
    int[] order = new int[cumulative.length];
    Random random = Seeds.random(seed, epoch);
    for (int i = 0; i < order.length; i++) {
      double draw = random.nextDouble();
      order[i] = sum > 0 ? find(cumulative, draw * sum) : (int) (draw * order.length);
    }
    return order;
  }

  /** The first picture whose cumulative weight is above the value: none of weight 0 is found. */
  private static int find(double[] cumulative, double value) {
    int found = Arrays.binarySearch(cumulative, value);
    int at = found < 0 ? -found - 1 : found;
    while (at < cumulative.length && cumulative[at] <= value) {
      at++;
    }
    // Rounding may lift the value to the sum; the last picture with a weight is meant then.
    return at < cumulative.length
        ? at
        : find(cumulative, Math.nextDown(cumulative[cumulative.length - 1]));
  }

  private static double requireWeight(String what, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(what + " must be finite and not negative, got " + weight);
    }
    return weight;
  }
}
