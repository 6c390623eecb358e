package io.yolo4j.data.quality;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How many numbers lie in each of some ranges.
 *
 * @param edges rising; a range holds its lower edge and not its upper one. Numbers below the first
 *     edge count in the first range, those from the last edge on in the last
 * @param counts of each range, one fewer than edges
 */
public record Histogram(List<Double> edges, List<Integer> counts) {
  /** Checks the values and copies the lists. */
  public Histogram {
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
    if (edges.size() < 2 || counts.size() != edges.size() - 1) {
      throw new IllegalArgumentException(
          "a histogram needs at least 2 edges and one count fewer, got %d and %d"
              .formatted(edges.size(), counts.size()));
    }
    for (int i = 1; i < edges.size(); i++) {
      if (!(edges.get(i - 1) < edges.get(i))) {
        throw new IllegalArgumentException("edges must rise, got " + edges);
      }
    }
  }

  /** Counts numbers. */
  public static Histogram of(DoubleStream numbers, List<Double> edges) {
    List<Integer> counts = new ArrayList<>(Collections.nCopies(edges.size() - 1, 0));
    numbers.forEach(
        number -> {
          int range = 0;
          while (range < edges.size() - 2 && number >= edges.get(range + 1)) {
            range++;
          }
          counts.set(range, counts.get(range) + 1);
        });
    return new Histogram(edges, counts);
  }
}
