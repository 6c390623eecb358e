package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

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

  /** The name of what lies between layers. */
  static final String BETWEEN = "between layers";

  private static final Set<String> MIXING =
      Set.of(Category.DENSE_CONVOLUTION.title(), Category.POINTWISE_CONVOLUTION.title());

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

  /**
   * Returns how far the gap may lie from what another measurement finds, seconds, up or down: 95 %
   * of a bootstrap over the blocks of runs. Empty where single runs aren't known.
   */
  public OptionalDouble uncertainty() {
    return GapSpread.of(first.circumstances(), second.circumstances(), flopRatio());
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

  /**
   * Returns the parts as {@link #byCategory}, but all convolutions that mix channels as one: where
   * a network does with 1×1 kernels what another does with larger ones, the two categories have
   * gaps of opposite signs that say nothing of how well either runs.
   */
  public List<Share> byWork() {
    List<Share> shares = new ArrayList<>(byCategory());
    List<Share> mixing = shares.stream().filter(share -> MIXING.contains(share.name())).toList();
    if (mixing.isEmpty()) {
      return shares;
    }
    shares.removeAll(mixing);
    shares.add(
        share(
            "dense and 1x1 convolution",
            mixing.stream().mapToDouble(Share::first).sum(),
            mixing.stream().mapToDouble(Share::second).sum()));
    shares.sort(Comparator.comparingDouble(Share::gap).reversed());
    return shares;
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
    all.add(share(BETWEEN, a, b));
    all.removeIf(share -> share.first() == 0 && share.second() == 0);
    all.sort(Comparator.comparingDouble(Share::gap).reversed());
    return all;
  }

  private Share share(String name, double a, double b) {
    return new Share(name, a, b, a - flopRatio() * b);
  }
}
