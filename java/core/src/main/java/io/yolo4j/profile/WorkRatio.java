package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Two networks' work by the same convention, as both ran.
 *
 * @param first of the network in question
 * @param second of the one that it is held against
 */
public record WorkRatio(WorkCount first, WorkCount second) {
  /** Checks that both were counted alike. */
  public WorkRatio {
    if (first.convention() != second.convention()) {
      throw new IllegalArgumentException(
          "counts must be of one convention, got %s and %s"
              .formatted(first.convention(), second.convention()));
    }
  }

  /**
   * Returns the ratios by every convention, our own first.
   *
   * @param first the first network as it ran
   * @param second the second network as it ran
   */
  public static List<WorkRatio> all(Comparison comparison, Graph first, Graph second) {
    return Arrays.stream(Convention.values())
        .map(
            convention ->
                new WorkRatio(
                    WorkCount.of(convention, first, comparison.first()),
                    WorkCount.of(convention, second, comparison.second())))
        .toList();
  }

  /** Returns the convention. */
  public Convention convention() {
    return first.convention();
  }

  /** Returns how many times the second's FLOPs or multiply-adds the first has. */
  public double arithmetic() {
    return first.arithmetic() / second.arithmetic();
  }

  /** Returns how many times the second's bytes the first has, if the convention counts them. */
  public OptionalDouble bytes() {
    return first.bytes().isPresent() && second.bytes().isPresent()
        ? OptionalDouble.of((double) first.bytes().getAsLong() / second.bytes().getAsLong())
        : OptionalDouble.empty();
  }
}
