package io.yolo4j.loss;

import io.yolo4j.graph.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The positives of one level and the distinct predictions they ask for: several matches may share a
 * cell and an anchor. Predictions are numbered by the first match that asks for them.
 */
final class Positives {
  private final List<Match> matches;
  private final int[] predictionOf;
  private final int[] firstMatch;

  /**
   * Numbers the predictions.
   *
   * @param matches the positives in order
   * @param head the level's raw head [N,A,H,W,O]
   */
  Positives(List<Match> matches, Shape head) {
    this.matches = matches;
    predictionOf = new int[matches.size()];
    int[] first = new int[matches.size()];
    int[] numbers =
        new int[head.dim(0) * head.dim(1) * head.dim(2) * head.dim(3)]; // 1-based, 0: not yet seen
    int count = 0;
    for (int i = 0; i < matches.size(); i++) {
      Match match = matches.get(i);
      int cell =
          ((match.image() * head.dim(1) + match.anchor()) * head.dim(2) + match.row()) * head.dim(3)
              + match.column();
      if (numbers[cell] == 0) {
        first[count] = i;
        count++;
        numbers[cell] = count;
      }
      predictionOf[i] = numbers[cell] - 1;
    }
    firstMatch = Arrays.copyOf(first, count);
  }

  List<Match> matches() {
    return matches;
  }

  /** Number of distinct predictions. */
  int predictions() {
    return firstMatch.length;
  }

  /** The prediction that a match asks for. */
  int prediction(int match) {
    return predictionOf[match];
  }

  /** Image, anchor, row and column of each prediction: four rows of {@link #predictions()}. */
  long[] indices() {
    int count = predictions();
    long[] indices = new long[4 * count];
    for (int i = 0; i < count; i++) {
      Match match = matches.get(firstMatch[i]);
      indices[i] = match.image();
      indices[count + i] = match.anchor();
      indices[2 * count + i] = match.row();
      indices[3 * count + i] = match.column();
    }
    return indices;
  }
}
