package io.yolo4j.data.quality;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Split;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a data set.
 *
 * @param parts the parts that the data set file names, in the order of {@link Split}
 * @param shared what parts have in common that they must not
 */
public record CheckReport(List<Part> parts, List<DataIssue> shared) {
  /** Copies the lists. */
  public CheckReport {
    parts = List.copyOf(parts);
    shared = List.copyOf(shared);
  }

  /**
   * One part.
   *
   * @param dataset its usable pictures; null where there is none at all
   * @param issues what is wrong with pictures and rows
   * @param error why there is no picture at all; null where there are some
   */
  public record Part(
      Split split, @Nullable Dataset dataset, List<DataIssue> issues, @Nullable String error) {
    /** Copies the list. */
    public Part {
      issues = List.copyOf(issues);
    }

    /** Returns whether it can be used as it is. */
    public boolean good() {
      return dataset != null && issues.isEmpty();
    }
  }

  /** Returns all issues: part after part, then those between parts. */
  public List<DataIssue> issues() {
    List<DataIssue> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(part.issues()));
    all.addAll(shared);
    return all;
  }

  /** Returns whether nothing at all is wrong. */
  public boolean good() {
    return shared.isEmpty() && parts.stream().allMatch(Part::good);
  }
}
