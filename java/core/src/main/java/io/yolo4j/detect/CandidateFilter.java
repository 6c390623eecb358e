package io.yolo4j.detect;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;

/**
 * Which cells of the raw heads become candidates.
 *
 * @param confidence objectness and score must both be greater; 0 to 1
 * @param multiLabel every class over the confidence gives a candidate instead of the best one only;
 *     without effect for a single class
 * @param classes the classes to keep, all where it is empty; applied after the best class was
 *     chosen
 * @param classConfidences by class id, what the score must exceed instead of the general
 *     confidence; applied after the best class was chosen
 */
public record CandidateFilter(
    float confidence,
    boolean multiLabel,
    Set<Integer> classes,
    Map<Integer, Float> classConfidences) {
  /** Checks the values and copies the set and the map. */
  public CandidateFilter {
    if (!isFraction(confidence)) {
      throw new IllegalArgumentException(
          "a confidence threshold must lie in 0 to 1, got " + confidence);
    }
    classes = Set.copyOf(classes);
    for (int classId : classes) {
      if (classId < 0) {
        throw new IllegalArgumentException("a class id must not be negative, got " + classes);
      }
    }
    classConfidences = Map.copyOf(classConfidences);
    classConfidences.forEach(
        (classId, own) -> {
          if (classId < 0 || !isFraction(own)) {
            throw new IllegalArgumentException(
                "the confidence of a class must lie in 0 to 1 and its id must not be negative, got %s for class %d"
                    .formatted(own, classId));
          }
        });
  }

  /** Creates a filter with one confidence for all classes. */
  public CandidateFilter(float confidence, boolean multiLabel, Set<Integer> classes) {
    this(confidence, multiLabel, classes, Map.of());
  }

  private static boolean isFraction(float value) {
    return value >= 0 && value <= 1;
  }

  /** Returns a filter by confidence alone, best class only. */
  public static CandidateFilter of(float confidence) {
    return new CandidateFilter(confidence, false, Set.of());
  }

  /** Returns a filter with another confidence for the classes without their own. */
  public CandidateFilter withConfidence(float general) {
    return new CandidateFilter(general, multiLabel, classes, classConfidences);
  }

  /** Returns a filter with every class over the confidence, or the best only. */
  public CandidateFilter withMultiLabel(boolean everyClass) {
    return new CandidateFilter(confidence, everyClass, classes, classConfidences);
  }

  /** Returns a filter that keeps these classes only. */
  public CandidateFilter withClasses(Set<Integer> kept) {
    return new CandidateFilter(confidence, multiLabel, kept, classConfidences);
  }

  /** Returns a filter with confidences of single classes; the general one holds for the others. */
  public CandidateFilter withClassConfidences(Map<Integer, Float> byClass) {
    return new CandidateFilter(confidence, multiLabel, classes, byClass);
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

  /**
   * Returns what the score of at least one class must exceed: cells whose objectness doesn't exceed
   * it give nothing.
   *
   * @param headClasses the network's number of classes
   * @throws IllegalArgumentException if there is a confidence of a class that the network lacks
   */
  public float lowest(int headClasses) {
    float lowest = Float.POSITIVE_INFINITY;
    for (float one : confidences(headClasses)) {
      lowest = Math.min(lowest, one);
    }
    return lowest;
  }

  /* What the score of each class of the head must exceed. */
  float[] confidences(int headClasses) {
    float[] byClass = new float[headClasses];
    Arrays.fill(byClass, confidence);
    classConfidences.forEach(
        (classId, own) -> {
          if (classId >= headClasses) {
            throw new IllegalArgumentException(
                "confidences must be of class ids below %d, the network's number of classes, got class %d"
                    .formatted(headClasses, classId));
          }
          byClass[classId] = own;
        });
    return byClass;
  }
}
