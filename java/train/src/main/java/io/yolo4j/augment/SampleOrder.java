package io.yolo4j.augment;

import io.yolo4j.data.Sample;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** In which order an epoch goes through the samples. */
final class SampleOrder {
  private SampleOrder() {}

  /** Returns all samples in random order. */
  static int[] shuffled(int samples, SampleRandom random) {
    return random.permutation(samples);
  }

  /**
   * Returns batches of samples of like shape (by rising height/width) in random order. A smaller
   * batch stays the last one, so that batches are where they are looked for.
   */
  static int[] rectangular(List<Sample> samples, int batchSize, SampleRandom random) {
    int[] byShape = byShape(samples);
    int full = samples.size() / batchSize;
    int[] batches = random.permutation(full);
    int[] order = new int[byShape.length];
    for (int i = 0; i < full; i++) {
      System.arraycopy(byShape, batches[i] * batchSize, order, i * batchSize, batchSize);
    }
    int rest = full * batchSize;
    System.arraycopy(byShape, rest, order, rest, byShape.length - rest);
    return order;
  }

  private static int[] byShape(List<Sample> samples) {
    Integer[] indices = new Integer[samples.size()];
    Arrays.setAll(indices, i -> i);
    Arrays.sort(
        indices,
        Comparator.comparingDouble(
            i -> (double) samples.get(i).size().height() / samples.get(i).size().width()));
    return Arrays.stream(indices).mapToInt(Integer::intValue).toArray();
  }
}
