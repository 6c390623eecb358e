package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why a network isn't as much faster than another as its FLOPs promise. If time went with FLOPs,
 * the first would take ρ·t_B, ρ = FLOPs of A over FLOPs of B; the gap t_A − ρ·t_B is split into
 * parts t_A,k − ρ·t_B,k that sum to it.
 *
 * @param first the network in question, A
 * @param second the one that it is held against, B
 */
public record Comparison(Profile first, Profile second) {
  /**
   * A part of the gap.
   *
   * @param name of the category or of the network's part
   * @param first seconds in A
   * @param second seconds in B
   * @param gap seconds: first − ρ·second
   */
  public record Share(String name, double first, double second, double gap) {}

  /** Returns the ratio of FLOPs, ρ. */
  public double flopRatio() {
    return (double) first.flops() / second.flops();
  }

  /** Returns the ratio of bytes in our convention. */
  public double byteRatio() {
    return (double) first.bytes() / second.bytes();
  }

  /** Returns the ratio of the medians of whole runs. */
  public double timeRatio() {
    return first.endToEnd().p50() / second.endToEnd().p50();
  }

  /** Returns t_A − ρ·t_B of whole runs, seconds. */
  public double gap() {
    return first.endToEnd().p50() - flopRatio() * second.endToEnd().p50();
  }

  /** Returns the parts of the gap by category and what lies between layers, largest first. */
  public List<Share> byCategory() {
    Map<Category, Double> a = first.secondsByCategory();
    Map<Category, Double> b = second.secondsByCategory();
    List<Share> shares = new ArrayList<>();
    for (Category category : Category.values()) {
      shares.add(share(category.title(), value(a, category), value(b, category)));
    }
    return withRest(shares);
  }

  /** Returns the parts of the gap in backbone, neck and head and between layers. */
  public List<Share> byPart() {
    Map<Part, Double> a = first.secondsByPart();
    Map<Part, Double> b = second.secondsByPart();
    List<Share> shares = new ArrayList<>();
    for (Part part : Part.values()) {
      shares.add(share(part.name().toLowerCase(Locale.ROOT), value(a, part), value(b, part)));
    }
    return withRest(shares);
  }

  private static <K extends Enum<K>> double value(Map<K, Double> sums, K key) {
    return sums.getOrDefault(key, 0.0);
  }

  /** What the layers' medians leave of the whole run's: gaps, and medians that don't coincide. */
  private List<Share> withRest(List<Share> shares) {
    double a = first.endToEnd().p50() - shares.stream().mapToDouble(Share::first).sum();
    double b = second.endToEnd().p50() - shares.stream().mapToDouble(Share::second).sum();
    List<Share> all = new ArrayList<>(shares);
    all.add(share("between layers", a, b));
    all.removeIf(share -> share.first() == 0 && share.second() == 0);
    all.sort(Comparator.comparingDouble(Share::gap).reversed());
    return all;
  }

  private Share share(String name, double a, double b) {
    return new Share(name, a, b, a - flopRatio() * b);
  }
}
