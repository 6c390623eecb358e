package io.yolo4j.detect;

import java.util.BitSet;
import java.util.Set;

/**
 * Which cells of the raw heads become candidates.
 *
 * @param confidence objectness and score must both be greater; 0 to 1
 * @param multiLabel every class over the confidence gives a candidate instead of the best one only;
 *     without effect for a single class
 * @param classes the classes to keep, all where it is empty; applied after the best class was
 *     chosen
 */
public record CandidateFilter(float confidence, boolean multiLabel, Set<Integer> classes) {
  /** Checks the values and copies the set. */
  public CandidateFilter {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException(
          "a confidence threshold must lie in 0 to 1, got " + confidence);
    }
    classes = Set.copyOf(classes);
    for (int classId : classes) {
      if (classId < 0) {
        throw new IllegalArgumentException("a class id must not be negative, got " + classes);
      }
    }
  }

  /** Returns a filter by confidence alone, best class only. */
  public static CandidateFilter of(float confidence) {
    return new CandidateFilter(confidence, false, Set.of());
  }

  /** Returns a filter with every class over the confidence, or the best only. */
  public CandidateFilter withMultiLabel(boolean everyClass) {
    return new CandidateFilter(confidence, everyClass, classes);
  }

  /** Returns a filter that keeps these classes only. */
  public CandidateFilter withClasses(Set<Integer> kept) {
    return new CandidateFilter(confidence, multiLabel, kept);
  }

  /* One bit a class of the head. */
  BitSet kept(int headClasses) {
    BitSet bits = new BitSet(headClasses);
    if (classes.isEmpty()) {
      bits.set(0, headClasses);
    } else {
      classes.forEach(bits::set);
      if (bits.length() > headClasses) {
        throw new IllegalArgumentException(
            "class ids must be below %d, the network's number of classes, got %s"
                .formatted(headClasses, classes));
      }
    }
    return bits;
  }
}
