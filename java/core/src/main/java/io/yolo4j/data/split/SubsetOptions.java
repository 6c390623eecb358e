package io.yolo4j.data.split;

import java.util.List;
import java.util.TreeSet;

/**
 * How many pictures of a data set are chosen, and of which classes.
 *
 * @param perClass pictures that show each class, at least; 0 where {@code total} counts
 * @param total pictures in all, each class with its share; 0 where {@code perClass} counts
 * @param background with {@code perClass} the pictures without objects that are chosen besides
 * @param classes ids of the classes to choose by, without repetition and sorted; empty for all
 * @param seed another seed chooses other pictures
 */
public record SubsetOptions(
    int perClass, int total, int background, List<Integer> classes, long seed) {
  /** Checks the values and copies the list. */
  public SubsetOptions {
    if (perClass < 0 || total < 0 || (perClass == 0) == (total == 0)) {
      throw new IllegalArgumentException(
          "a subset needs either pictures per class or a total, at least 1, got %d and %d"
              .formatted(perClass, total));
    }
    if (background < 0 || (background > 0 && total > 0)) {
      throw new IllegalArgumentException(
          "background pictures must be at least 0, and are part of a total, got %d with a total of %d"
              .formatted(background, total));
    }
    classes = List.copyOf(new TreeSet<>(classes));
  }

  /** Returns options for that many pictures of each class, no background, seed 0. */
  public static SubsetOptions perClass(int pictures) {
    return new SubsetOptions(pictures, 0, 0, List.of(), 0);
  }

  /** Returns options for that many pictures in all, seed 0. */
  public static SubsetOptions total(int pictures) {
    return new SubsetOptions(0, pictures, 0, List.of(), 0);
  }

  /** Returns options with that many pictures without objects besides. */
  public SubsetOptions withBackground(int pictures) {
    return new SubsetOptions(perClass, total, pictures, classes, seed);
  }

  /** Returns options that choose by these classes alone; pictures of others are left out. */
  public SubsetOptions withClasses(List<Integer> ids) {
    return new SubsetOptions(perClass, total, background, ids, seed);
  }

  /** Returns options with another seed. */
  public SubsetOptions withSeed(long value) {
    return new SubsetOptions(perClass, total, background, classes, value);
  }
}
