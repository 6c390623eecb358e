package io.yolo4j.detect;

import java.util.BitSet;

/** The plain form of candidate filtering, on decoded rows: the oracle of the fused one. */
final class Rows {
  private Rows() {}

  /* Rows hold centre x, centre y, width, height, objectness, class probabilities. */
  static void filter(float[] rows, int width, CandidateFilter filter, Candidates into) {
    int classes = width - 5;
    BitSet kept = filter.kept(classes);
    float[] box = new float[4];
    for (int at = 0; at < rows.length; at += width) {
      if (!(rows[at + 4] > filter.confidence())) {
        continue;
      }
      System.arraycopy(rows, at, box, 0, 4);
      int best = 0;
      for (int c = 0; c < classes; c++) {
        float score = rows[at + 4] * rows[at + 5 + c];
        if (filter.multiLabel() && classes > 1 && score > filter.confidence() && kept.get(c)) {
          into.addCentred(box, score, c);
        }
        best = score > rows[at + 4] * rows[at + 5 + best] ? c : best;
      }
      float score = rows[at + 4] * rows[at + 5 + best];
      boolean single = !filter.multiLabel() || classes == 1;
      if (single && score > filter.confidence() && kept.get(best)) {
        into.addCentred(box, score, best);
      }
    }
  }
}
