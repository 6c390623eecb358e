package io.yolo4j.synth;

import io.yolo4j.data.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * Which picture gets which kinds of defects. Kinds are dealt from a shuffled deck, so that all
 * occur equally often; the first pictures of a plan are those of a shorter plan.
 */
final class DefectPlan {
  /** How many pictures in 20 have 1, 2, 3, 4 defects. */
  private static final List<Integer> COUNTS = List.of(7, 7, 4, 2);

  /** Cards of a kind in a deck; with one, no picture would have two defects of a kind. */
  private static final int COPIES = 4;

  private final Randomness random;
  private final List<DefectKind> deck = new ArrayList<>();

  private DefectPlan(Randomness random) {
    this.random = random;
  }

  /** Returns the kinds of every picture of a part. */
  static List<List<DefectKind>> of(SynthOptions options, Split split, int pictures) {
    DefectPlan plan = new DefectPlan(Randomness.of(seed(options, split)));
    double phase = plan.random.between(0, 1);
    List<List<DefectKind>> kinds = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      double before = Math.floor(i * options.cleanShare() + phase);
      boolean clean = Math.floor((i + 1) * options.cleanShare() + phase) > before;
      kinds.add(clean ? List.of() : plan.deal(plan.count()));
    }
    return kinds;
  }

  /** Returns the seed of a part, so that training and validation share no picture. */
  static long seed(SynthOptions options, Split split) {
    return Randomness.of(options.seed(), split == Split.TRAIN ? 1 : 2).bits();
  }

  private int count() {
    int drawn = random.below(COUNTS.stream().mapToInt(Integer::intValue).sum());
    int count = 0;
    while (drawn >= 0) {
      drawn -= COUNTS.get(count++);
    }
    return count;
  }

  private List<DefectKind> deal(int count) {
    List<DefectKind> kinds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (deck.isEmpty()) {
        for (int copy = 0; copy < COPIES; copy++) {
          deck.addAll(List.of(DefectKind.values()));
        }
      }
      kinds.add(deck.remove(random.below(deck.size())));
    }
    return List.copyOf(kinds);
  }
}
