package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a calibration says a network takes on the device and the executor that were calibrated.
 *
 * @param layers seconds by step, in their order
 * @param byCategory their sums; only of categories that the network has
 * @param gaps seconds between the steps
 */
public record Forecast(List<Double> layers, Map<Category, Double> byCategory, double gaps) {
  /** A category with less of the time is judged by what its error is of the whole. */
  public static final double SMALL_SHARE = 0.02;

  /** Copies the collections. */
  public Forecast {
    layers = List.copyOf(layers);
    byCategory = Map.copyOf(byCategory);
  }

  /**
   * Predicts.
   *
   * @param graph the network as the executor runs it, with the picture's size
   * @param steps its cut
   * @throws IllegalArgumentException if an operation has no rule
   */
  public static Forecast of(
      Graph graph, List<LayerWork> steps, Roofs roofs, Calibration calibration) {
    List<Double> layers = new ArrayList<>();
    Map<Category, Double> sums = new EnumMap<>(Category.class);
    for (LayerWork step : steps) {
      RoofTime roof = RoofTime.of(step, roofs);
      double seconds =
          calibration
              .rule(OperationClass.of(graph, step), step.category())
              .seconds(roof.compute(), roof.memory());
      layers.add(seconds);
      sums.merge(step.category(), seconds, Double::sum);
    }
    return new Forecast(layers, sums, calibration.gap() * steps.size());
  }

  /** Returns the seconds end to end. */
  public double endToEnd() {
    return gaps + layers.stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Returns the seconds of a category; 0 where the network has none. */
  public double seconds(Category category) {
    return byCategory.getOrDefault(category, 0.0);
  }
}
