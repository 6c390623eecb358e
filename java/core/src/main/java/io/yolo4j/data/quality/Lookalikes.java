package io.yolo4j.data.quality;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Pictures of a data set that are the same, or look the same.
 *
 * @param groups of at least two pictures each
 * @param unreadable pictures that could not be decoded
 */
public record Lookalikes(List<Group> groups, List<DataIssue> unreadable) {
  /** Copies the lists. */
  public Lookalikes {
    groups = List.copyOf(groups);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Pictures that count as the same.
   *
   * @param pictures at least two
   * @param exact whether all have the same pixels; else some only look the same
   * @param parts the parts that they are in
   */
  public record Group(List<Path> pictures, boolean exact, Set<Split> parts) {
    /** Copies the collections. */
    public Group {
      pictures = List.copyOf(pictures);
      parts = java.util.Collections.unmodifiableSet(new TreeSet<>(parts));
    }

    /** Returns whether what is measured on is learnt from. */
    public boolean overlap() {
      return parts.size() > 1;
    }
  }

  /**
   * Decodes all pictures and compares them.
   *
   * @param progress told of each decoded picture, from any thread
   */
  public static Lookalikes of(Map<Split, Dataset> parts, PictureProgress progress) {
    Map<Path, Set<Split>> where = new LinkedHashMap<>();
    parts.forEach(
        (split, dataset) ->
            dataset
                .samples()
                .forEach(
                    sample ->
                        where
                            .computeIfAbsent(sample.image(), k -> new LinkedHashSet<>())
                            .add(split)));
    Fingerprints prints = Fingerprints.of(where.keySet(), progress);
    List<Group> groups = new ArrayList<>();
    for (List<Path> group : prints.groups(true)) {
      if (group.size() > 1) {
        Set<Split> splits = new TreeSet<>();
        group.stream().map(where::get).filter(s -> s != null).forEach(splits::addAll);
        boolean exact = group.stream().map(p -> prints.of(p).pixels()).distinct().count() == 1;
        groups.add(new Group(group, exact, splits));
      }
    }
    return new Lookalikes(groups, prints.issues());
  }

  /** Returns the number of pictures beyond the first of each group. */
  public int repeated() {
    return groups.stream().map(Group::pictures).mapToInt(Collection::size).sum() - groups.size();
  }
}
