package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what is wrong with a data set: the first of each kind, and how many more there are. */
final class IssueList {
  private static final int SHOWN_OF_A_KIND = 5;

  private IssueList() {}

  /** Prints to standard error. */
  static void print(Streams output, List<DataIssue> issues) {
    Map<DataIssue.Kind, Integer> counts = new EnumMap<>(DataIssue.Kind.class);
    for (DataIssue issue : issues) {
      if (counts.merge(issue.kind(), 1, Integer::sum) <= SHOWN_OF_A_KIND) {
        output.err().println("yolo4j: " + issue);
      }
    }
    counts.forEach(
        (kind, count) -> {
          if (count > SHOWN_OF_A_KIND) {
            output.err().printf("yolo4j: and %d more: %s%n", count - SHOWN_OF_A_KIND, text(kind));
          }
        });
  }

  /** Returns {@code 3 duplicate, 1 zero area}. */
  static String summary(Map<DataIssue.Kind, Integer> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + text(entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** Returns the kind in words. */
  static String text(DataIssue.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
