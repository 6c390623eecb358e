package io.yolo4j.study;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.train.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parts of the training pictures with equally many of each class. A picture counts for the class of
 * most of its boxes, the lowest id where there are several; pictures without boxes are in no part.
 *
 * <p>For each seed there is one order of each class, so the parts of a seed lie one in another.
 */
final class Subsets {
  private final List<String> names;
  private final List<List<Sample>> byClass = new ArrayList<>();
  private final List<Sample> all;

  private Subsets(Dataset training) {
    names = training.classNames();
    all = training.samples();
    for (int id = 0; id < names.size(); id++) {
      byClass.add(new ArrayList<>());
    }
    for (Sample sample : all) {
      if (!sample.labels().isEmpty()) {
        byClass.get(mostFrequent(sample)).add(sample);
      }
    }
  }

  static Subsets of(Dataset training) {
    return new Subsets(training);
  }

  private int mostFrequent(Sample sample) {
    int[] counts = new int[names.size()];
    int best = 0;
    for (Label label : sample.labels()) {
      counts[label.classId()]++;
    }
    for (int id = 1; id < counts.length; id++) {
      best = counts[id] > counts[best] ? id : best;
    }
    return best;
  }

  int classes() {
    return names.size();
  }

  /**
   * Checks that each class has so many pictures.
   *
   * @throws IllegalArgumentException if not; the message names the first that hasn't
   */
  void require(int perClass) {
    for (int id = 0; id < names.size(); id++) {
      int there = byClass.get(id).size();
      if (there < perClass) {
        throw new IllegalArgumentException(
            "a subset of %d pictures a class is larger than the class '%s', which has %d training pictures"
                .formatted(perClass, names.get(id), there));
      }
    }
  }

  /** Returns so many pictures of each class, in the data set's order. */
  List<Sample> take(int perClass, long seed) {
    require(perClass);
    Set<Sample> chosen = new HashSet<>();
    for (int id = 0; id < names.size(); id++) {
      List<Sample> order = new ArrayList<>(byClass.get(id));
      Collections.shuffle(order, Seeds.random(seed, id));
      chosen.addAll(order.subList(0, perClass));
    }
    return all.stream().filter(chosen::contains).toList();
  }
}
