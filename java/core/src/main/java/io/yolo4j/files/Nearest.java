package io.yolo4j.files;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which of the known names somebody may have meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * Returns the known names that are nearest to a given one, the nearest first; names as near as
   * each other keep their order.
   */
  public static List<String> of(String given, Collection<String> known, int count) {
    return known.stream()
        .sorted(Comparator.comparingInt(name -> distance(name, given)))
        .limit(count)
        .toList();
  }

  /** Edit distance (Levenshtein 1966). */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
