package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A network, measured on an executor step by step.
 *
 * @param model its name
 * @param height of the picture, pixels
 * @param width of the picture, pixels
 * @param type of weights and feature maps
 * @param executor what ran it
 * @param roofs of the processor, with as many threads
 * @param layers in the order in which they ran
 * @param endToEnd a whole run, steps timed
 * @param bare a whole run in between, steps not timed
 * @param issue a whole run on the smallest picture, the median, seconds
 * @param gaps seconds between the steps, before the first and after the last: the sum of medians
 * @param faults minor page faults in a run, the median; negative where they can't be counted
 * @param runs how many runs of each kind
 * @param circumstances how it was measured
 */
public record Profile(
    String model,
    int height,
    int width,
    ElementType type,
    String executor,
    Roofs roofs,
    List<ProfiledLayer> layers,
    Timing endToEnd,
    Timing bare,
    double issue,
    double gaps,
    double faults,
    int runs,
    Circumstances circumstances) {
  /** Over so many page faults in a run paging takes a part of its time that shows. */
  public static final int MANY_FAULTS = 100;

  /** Copies the list. */
  public Profile {
    layers = List.copyOf(layers);
  }

  /** A profile of which nobody knows how it was measured. */
  public Profile(
      String model,
      int height,
      int width,
      ElementType type,
      String executor,
      Roofs roofs,
      List<ProfiledLayer> layers,
      Timing endToEnd,
      Timing bare,
      double issue,
      double gaps,
      double faults,
      int runs) {
    this(
        model,
        height,
        width,
        type,
        executor,
        roofs,
        layers,
        endToEnd,
        bare,
        issue,
        gaps,
        faults,
        runs,
        Circumstances.UNKNOWN);
  }

  /** Returns a sum over all layers. */
  public double sum(ToDoubleFunction<ProfiledLayer> value) {
    return layers.stream().mapToDouble(value).sum();
  }

  /** Returns the operations a second that the processor does at best with operands of the type. */
  public double peak() {
    return roofs.peak(type);
  }

  /** Returns the FLOPs of a run. */
  public long flops() {
    return layers.stream().mapToLong(layer -> layer.work().flops()).sum();
  }

  /** Returns the bytes of a run. */
  public long bytes() {
    return layers.stream().mapToLong(layer -> layer.work().bytes()).sum();
  }

  /** Returns seconds of layers by category; those without a layer are 0. */
  public Map<Category, Double> secondsByCategory() {
    return seconds(Category.class, layer -> layer.work().category());
  }

  /** Returns seconds of layers by part. */
  public Map<Part, Double> secondsByPart() {
    return seconds(Part.class, layer -> layer.work().part());
  }

  /** Returns what timing the steps costs, as a share of a run without. */
  public double overhead() {
    return endToEnd.p50() / bare.p50() - 1;
  }

  /** Returns seconds that page faults cost a run at most. */
  public Cell paging() {
    return faults < 0
        ? Cell.UNAVAILABLE
        : Cell.derived(faults * circumstances.faultSeconds().value());
  }

  /** Returns what disturbed the measurement; empty if nothing did, or nobody knows. */
  public Optional<String> disturbance() {
    return circumstances.disturbance(endToEnd.p50());
  }

  private <K extends Enum<K>> Map<K, Double> seconds(
      Class<K> type, Function<ProfiledLayer, K> key) {
    Map<K, Double> sums = new EnumMap<>(type);
    for (K constant : type.getEnumConstants()) {
      sums.put(constant, 0.0);
    }
    layers.forEach(layer -> sums.merge(key.apply(layer), layer.time().p50(), Double::sum));
    return sums;
  }
}
