package io.yolo4j.data.split;

import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Chooses some pictures of a data set so that each class is represented as it should be. Groups of
 * pictures that look the same are taken whole or not at all. The same groups, options and seed give
 * the same subset.
 *
 * <p>Again and again the class that is furthest behind gets a group, the next in an order drawn
 * from the seed. So a smaller subset of the same seed lies inside a larger one, as long as groups
 * are single pictures.
 *
 * @param samples what was chosen, sorted by path
 * @param shownOn chosen pictures that show each class, by id; more than was asked for where
 *     pictures show several classes, or a last group was larger than what was missing
 * @param absent ids of the classes that no picture shows, of those to choose by
 */
public record StratifiedSubset(List<Sample> samples, List<Integer> shownOn, List<Integer> absent) {
  /** Copies the lists. */
  public StratifiedSubset {
    samples = List.copyOf(samples);
    shownOn = List.copyOf(shownOn);
    absent = List.copyOf(absent);
  }

  /**
   * Chooses.
   *
   * @param groups pictures that stay together, as {@link SampleGroups} finds them
   * @param classNames the classes by id
   * @throws IllegalArgumentException if a class is shown on fewer pictures than asked for, there
   *     are fewer pictures in all, or a class id is unknown
   */
  public static StratifiedSubset of(
      List<List<Sample>> groups, List<String> classNames, SubsetOptions options) {
    Choice choice = new Choice(groups, classNames, options);
    choice.check();
    choice.run();
    return choice.result();
  }

  /** Pictures that stay together. */
  private static final class Group {
    final List<Sample> samples;

    /** Pictures that show each class; the last is for those without objects. */
    final int[] counts;

    Group(List<Sample> samples, int classes) {
      this.samples = samples;
      counts = new int[classes + 1];
      for (Sample sample : samples) {
        sample.labels().stream().mapToInt(Label::classId).distinct().forEach(id -> counts[id]++);
        counts[classes] += sample.labels().isEmpty() ? 1 : 0;
      }
    }
  }

  /** The last class stands for pictures without objects. */
  private static final class Choice {
    private final List<String> names;
    private final SubsetOptions options;
    private final boolean[] wanted;
    private final List<Group> order = new ArrayList<>();
    private final int[] available;
    private final int[] counts;
    private final boolean[] taken;

    /** Before these places no group that shows the class is left. */
    private final int[] next;

    private final List<Sample> samples = new ArrayList<>();

    Choice(List<List<Sample>> groups, List<String> names, SubsetOptions options) {
      this.names = names;
      this.options = options;
      int classes = names.size();
      wanted = new boolean[classes + 1];
      List<Integer> ids =
          options.classes().isEmpty()
              ? IntStream.range(0, classes).boxed().toList()
              : options.classes();
      for (int id : ids) {
        if (id < 0 || id >= classes) {
          throw new IllegalArgumentException(
              "class ids must lie in 0 to %d, got %d".formatted(classes - 1, id));
        }
        wanted[id] = true;
      }
      boolean allClasses = options.classes().isEmpty();
      wanted[classes] = options.background() > 0 || (options.total() > 0 && allClasses);
      groups.stream()
          .map(group -> new Group(group, classes))
          .filter(group -> IntStream.rangeClosed(0, classes).anyMatch(id -> shows(group, id)))
          .forEach(order::add);
      available = new int[classes + 1];
      for (Group group : order) {
        Arrays.setAll(available, id -> available[id] + group.counts[id]);
      }
      counts = new int[classes + 1];
      next = new int[classes + 1];
      taken = new boolean[order.size()];
      Collections.shuffle(order, new Random(options.seed()));
    }

    private boolean shows(Group group, int id) {
      return wanted[id] && group.counts[id] > 0;
    }

    private int pictures() {
      return order.stream().mapToInt(group -> group.samples.size()).sum();
    }

    void check() {
      if (options.total() > 0) {
        if (options.total() > pictures()) {
          throw new IllegalArgumentException(
              "a subset of %d pictures needs as many to choose from, there are %d"
                  .formatted(options.total(), pictures()));
        }
        return;
      }
      List<String> lacking = new ArrayList<>();
      for (int id = 0; id < wanted.length; id++) {
        if (wanted[id] && available[id] < target(id) && (available[id] > 0 || asked(id))) {
          lacking.add("%s on %d".formatted(name(id), available[id]));
        }
      }
      if (!lacking.isEmpty()) {
        throw new IllegalArgumentException(
            "a subset of %d pictures per class%s needs as many that show it, there is %s"
                .formatted(
                    options.perClass(),
                    options.background() > 0
                        ? " and %d of background".formatted(options.background())
                        : "",
                    String.join(", ", lacking)));
      }
      if (pictures() == 0) {
        throw new IllegalArgumentException("there is no picture to choose from");
      }
    }

    /** Whether a class was named, so that it must not be passed over. */
    private boolean asked(int id) {
      return id == names.size() || options.classes().contains(id);
    }

    private String name(int id) {
      return id == names.size() ? "background" : "'" + names.get(id) + "'";
    }

    private int target(int id) {
      return id == names.size() ? options.background() : options.perClass();
    }

    void run() {
      for (int id = furthestBehind(); id >= 0; id = furthestBehind()) {
        take(group(id));
      }
    }

    /** Returns the class with the smallest share of what it should have, −1 where all have it. */
    private int furthestBehind() {
      if (options.total() > 0 && samples.size() >= options.total()) {
        return -1;
      }
      int behind = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int id = 0; id < wanted.length; id++) {
        int target = options.total() > 0 ? available[id] : Math.min(target(id), available[id]);
        if (wanted[id] && counts[id] < target && (double) counts[id] / target < least) {
          least = (double) counts[id] / target;
          behind = id;
        }
      }
      return behind;
    }

    /**
     * Returns the next group of a class that is not larger than what is missing, if there is one.
     */
    private int group(int id) {
      while (taken[next[id]] || order.get(next[id]).counts[id] == 0) {
        next[id]++;
      }
      for (int i = next[id]; i < taken.length; i++) {
        Group group = order.get(i);
        boolean fits =
            options.total() > 0
                ? group.samples.size() <= options.total() - samples.size()
                : group.counts[id] <= target(id) - counts[id];
        if (!taken[i] && group.counts[id] > 0 && fits) {
          return i;
        }
      }
      return next[id];
    }

    private void take(int index) {
      taken[index] = true;
      samples.addAll(order.get(index).samples);
      Arrays.setAll(counts, id -> counts[id] + order.get(index).counts[id]);
    }

    StratifiedSubset result() {
      List<Sample> sorted = new ArrayList<>(samples);
      sorted.sort(Comparator.comparing(sample -> sample.image().toString()));
      List<Integer> shown = IntStream.range(0, names.size()).mapToObj(id -> counts[id]).toList();
      List<Integer> absent =
          IntStream.range(0, names.size())
              .filter(id -> wanted[id] && available[id] == 0)
              .boxed()
              .toList();
      return new StratifiedSubset(sorted, shown, absent);
    }
  }
}
