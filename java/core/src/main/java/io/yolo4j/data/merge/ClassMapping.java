package io.yolo4j.data.merge;

import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.files.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the classes of several data sets are called in the merged one. Equal names are one class;
 * names that differ only in case, spaces and signs are refused until it is said what they are.
 */
final class ClassMapping {
  private final List<DatasetConfig> sets;
  private final MergeOptions options;
  private final List<List<String>> names = new ArrayList<>();
  private final Set<String> used = new LinkedHashSet<>();

  private ClassMapping(List<DatasetConfig> sets, MergeOptions options) {
    this.sets = sets;
    this.options = options;
  }

  /**
   * Maps the classes of all sets.
   *
   * @throws DatasetException if a mapped name is unknown, or names conflict
   */
  static ClassMapping of(List<DatasetConfig> sets, MergeOptions options) throws DatasetException {
    ClassMapping mapping = new ClassMapping(sets, options);
    for (int set = 0; set < sets.size(); set++) {
      List<String> mapped = new ArrayList<>();
      for (String name : sets.get(set).names()) {
        mapped.add(mapping.mapped(set, name));
      }
      mapping.names.add(List.copyOf(mapped));
    }
    mapping.checkUsed();
    mapping.checkAlike();
    mapping.checkWanted();
    return mapping;
  }

  private String mapped(int set, String name) {
    for (String key : List.of(set + 1 + ":" + name, name)) {
      String other = options.mapping().get(key);
      if (other != null) {
        used.add(key);
        return other;
      }
    }
    return name;
  }

  private void checkUsed() throws DatasetException {
    for (String key : options.mapping().keySet().stream().sorted().toList()) {
      if (!used.contains(key)) {
        List<String> known = sets.stream().flatMap(s -> s.names().stream()).distinct().toList();
        throw new DatasetException(
            "no data set has a class '%s' to map to '%s'; the nearest are %s"
                .formatted(key, options.mapping().get(key), Nearest.of(key, known, 3)));
      }
    }
  }

  /** Who maps a name, even to itself, has decided. */
  private void checkAlike() throws DatasetException {
    Set<String> decided = new LinkedHashSet<>(options.mapping().values());
    Map<String, String> first = new HashMap<>();
    Map<String, Integer> setOf = new HashMap<>();
    for (int set = 0; set < sets.size(); set++) {
      for (String name : names.get(set)) {
        String plain = plain(name);
        String other = first.putIfAbsent(plain, name);
        setOf.putIfAbsent(name, set);
        if (other != null
            && !other.equals(name)
            && !(decided.contains(name) && decided.contains(other))) {
          throw new DatasetException(
              "class '%s' of %s and class '%s' of %s have conflicting names: map one to the other if they are the same, or each to itself if they are not"
                  .formatted(
                      other,
                      sets.get(setOf.getOrDefault(other, 0)).file(),
                      name,
                      sets.get(set).file()));
        }
      }
    }
  }

  private static String plain(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    return plain.isEmpty() ? name : plain;
  }

  private void checkWanted() throws DatasetException {
    List<String> all = all();
    for (String name : options.classNames()) {
      if (!all.contains(name)) {
        throw new DatasetException(
            "no data set has a class '%s'; the nearest are %s"
                .formatted(name, Nearest.of(name, all, 3)));
      }
    }
  }

  private List<String> all() {
    return names.stream().flatMap(List::stream).distinct().toList();
  }

  /** Returns the merged classes by id. */
  List<String> classNames() {
    return options.classNames().isEmpty() ? all() : options.classNames();
  }

  /** Returns the new name of a set's class. */
  String name(int set, int classId) {
    return names.get(set).get(classId);
  }
}
