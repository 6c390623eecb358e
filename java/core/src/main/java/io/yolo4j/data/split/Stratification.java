package io.yolo4j.data.split;

import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Iterative stratification for pictures with several classes (Sechidis, Tsoumakas and Vlahavas: On
 * the stratification of multi-label data, ECML PKDD 2011), on groups that stay together.
 *
 * <p>Again and again the class with the fewest undivided pictures is taken, and each of its groups
 * goes where most pictures of that class are still wanted. Pictures without objects are a class of
 * their own. Large groups go first, while there is room.
 */
final class Stratification {
  private final int parts;
  private final int classes;

  /** Pictures still wanted: by part, then by class. */
  private final double[][] wantedOfClass;

  private final double[] wanted;
  private final List<Group> groups = new ArrayList<>();

  private Stratification(int parts, int classes) {
    this.parts = parts;
    this.classes = classes;
    wantedOfClass = new double[parts][classes + 1];
    wanted = new double[parts];
  }

  /** Pictures that stay together. */
  private static final class Group {
    final int size;

    /** Pictures with each class; the last is for those without objects. */
    final int[] counts;

    int part = -1;

    Group(List<Sample> samples, int classes) {
      size = samples.size();
      counts = new int[classes + 1];
      for (Sample sample : samples) {
        sample.labels().stream().mapToInt(Label::classId).distinct().forEach(id -> counts[id]++);
        counts[classes] += sample.labels().isEmpty() ? 1 : 0;
      }
    }
  }

  /**
   * Returns the part of each group, counted from 0.
   *
   * @param groups pictures that stay together
   * @param classes number of classes
   * @param shares those of the parts, which sum up to 1
   */
  static List<Integer> of(List<List<Sample>> groups, int classes, List<Double> shares, long seed) {
    Stratification stratification = new Stratification(shares.size(), classes);
    for (List<Sample> group : groups) {
      stratification.groups.add(new Group(group, classes));
    }
    stratification.setWanted(shares);
    return stratification.divide(new Random(seed));
  }

  private void setWanted(List<Double> shares) {
    for (int part = 0; part < parts; part++) {
      double share = shares.get(part);
      for (Group group : groups) {
        wanted[part] += share * group.size;
        for (int id = 0; id <= classes; id++) {
          wantedOfClass[part][id] += share * group.counts[id];
        }
      }
    }
  }

  private List<Integer> divide(Random random) {
    List<Group> order = new ArrayList<>(groups);
    Collections.shuffle(order, random);
    order.sort(Comparator.comparingInt(group -> -group.size));
    for (int id = rarest(); id >= 0; id = rarest()) {
      for (Group group : order) {
        if (group.part < 0 && group.counts[id] > 0) {
          put(group, part(id, random));
        }
      }
    }
    return groups.stream().map(group -> group.part).toList();
  }

  /** Returns the class with the fewest undivided pictures, -1 where all are divided. */
  private int rarest() {
    int[] left = new int[classes + 1];
    for (Group group : groups) {
      for (int id = 0; group.part < 0 && id <= classes; id++) {
        left[id] += group.counts[id];
      }
    }
    int rarest = -1;
    for (int id = 0; id <= classes; id++) {
      if (left[id] > 0 && (rarest < 0 || left[id] < left[rarest])) {
        rarest = id;
      }
    }
    return rarest;
  }

  private int part(int id, Random random) {
    List<Integer> best = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int order = best.isEmpty() ? 1 : compare(part, best.get(0), id);
      if (order > 0) {
        best.clear();
      }
      if (order >= 0) {
        best.add(part);
      }
    }
    return best.get(best.size() == 1 ? 0 : random.nextInt(best.size()));
  }

  private int compare(int part, int other, int id) {
    int order = Double.compare(wantedOfClass[part][id], wantedOfClass[other][id]);
    return order != 0 ? order : Double.compare(wanted[part], wanted[other]);
  }

  private void put(Group group, int part) {
    group.part = part;
    wanted[part] -= group.size;
    for (int id = 0; id <= classes; id++) {
      wantedOfClass[part][id] -= group.counts[id];
    }
  }
}
