package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an executor makes of a processor's roofs, by class of operation: fitted to short runs, it
 * tells the time of networks that were not measured.
 *
 * @param version of this model of time; calibrations of others are measured anew
 * @param roofs under which it was fitted; roofs measured anew want it fitted anew
 * @param executor what ran the operations, with its options
 * @param gap seconds between a step and the next
 * @param rules by class; those of a category's name hold for its classes that aren't listed
 */
public record Calibration(
    int version, Roofs roofs, String executor, double gap, Map<String, ClassRule> rules) {
  /** The present model of time. */
  public static final int VERSION = 4;

  /** Checks the values and copies the map. */
  public Calibration {
    rules = Collections.unmodifiableMap(new TreeMap<>(rules));
    if (rules.isEmpty() || !(gap >= 0)) {
      throw new IllegalArgumentException(
          "a calibration needs rules and a gap that is not negative, got %d rules and %s"
              .formatted(rules.size(), gap));
    }
  }

  /**
   * Fits a calibration. Samples that page faults disturbed are left out, unless their class has no
   * others: what the system takes to find memory depends on what ran before, not on the operation.
   *
   * @param roofs under which the samples were measured
   * @param executor what ran them
   * @param samples of all runs
   * @param gap seconds between a step and the next
   */
  public static Calibration fit(
      Roofs roofs, String executor, List<CalibrationSample> samples, double gap) {
    Map<String, List<CalibrationSample>> classes = new TreeMap<>();
    for (CalibrationSample sample : samples) {
      add(classes, sample.operation(), sample);
      if (sample.compute() + sample.memory() > 0) {
        add(classes, OperationClass.pooled(sample.category()), sample);
      }
    }
    Map<String, ClassRule> rules = new TreeMap<>();
    classes.forEach((name, members) -> rules.put(name, ClassRule.fit(undisturbed(members))));
    return new Calibration(VERSION, roofs, executor, gap, rules);
  }

  private static List<CalibrationSample> undisturbed(List<CalibrationSample> members) {
    List<CalibrationSample> rest = members.stream().filter(sample -> !sample.paged()).toList();
    return rest.isEmpty() ? members : rest;
  }

  private static void add(
      Map<String, List<CalibrationSample>> classes, String name, CalibrationSample sample) {
    classes.computeIfAbsent(name, key -> new ArrayList<>()).add(sample);
  }

  /**
   * Returns the rule of a class: its own, or its category's.
   *
   * @throws IllegalArgumentException if neither was calibrated
   */
  public ClassRule rule(String operation, Category category) {
    return find(operation, category)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no rule tells the time of '%s'; calibrated are %s"
                        .formatted(operation, String.join(", ", rules.keySet()))));
  }

  /** Returns the rule of a class, its own or its category's, if either was calibrated. */
  public Optional<ClassRule> find(String operation, Category category) {
    ClassRule own = rules.get(operation);
    return Optional.ofNullable(own == null ? rules.get(OperationClass.pooled(category)) : own);
  }

  /**
   * Returns whether it is of this model of time and was made under these roofs by this executor.
   */
  boolean isOf(Roofs under, String by) {
    return version == VERSION && roofs.equals(under) && executor.equals(by);
  }
}
