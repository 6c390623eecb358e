package io.yolo4j.train;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names of a network's trainable parameters in three groups, each in the order of the modules
 * (which is that of the state dictionary).
 *
 * @param normWeights scales of batch norms; no weight decay
 * @param weights all other weights; these decay
 * @param biases all biases, those of batch norms too; no weight decay
 * @param untrained parameters in no group, which keep their values
 */
public record ParameterGroups(
    List<String> normWeights, List<String> weights, List<String> biases, List<String> untrained) {
  /** Copies the lists. */
  public ParameterGroups {
    normWeights = List.copyOf(normWeights);
    weights = List.copyOf(weights);
    biases = List.copyOf(biases);
    untrained = List.copyOf(untrained);
  }

  /** Returns the groups of a network; every parameter trains. */
  public static ParameterGroups of(Graph graph) {
    return of(graph, false);
  }

  /**
   * Returns the groups of a network.
   *
   * @param compatible whether parameters that are not called {@code weight} or {@code bias} stay
   *     untrained, as in YOLOv5 v6.0: the input projections of attentions and the factors of
   *     weighted sums
   */
  public static ParameterGroups of(Graph graph, boolean compatible) {
    List<String> normWeights = new ArrayList<>();
    List<String> weights = new ArrayList<>();
    List<String> biases = new ArrayList<>();
    List<String> untrained = new ArrayList<>();
    for (Parameter parameter : graph.parameters()) {
      if (parameter.role().trainable()) {
        List<String> group =
            switch (parameter.role()) {
              case NORM_WEIGHT -> normWeights;
              case BIAS, NORM_BIAS -> biases;
              default -> weights;
            };
        (compatible && !plainlyNamed(parameter) ? untrained : group).add(parameter.name());
      }
    }
    return new ParameterGroups(normWeights, weights, biases, untrained);
  }

  /** Returns the names of all groups, one group after the other. */
  public List<String> trained() {
    return Stream.of(normWeights, weights, biases).flatMap(List::stream).toList();
  }

  private static boolean plainlyNamed(Parameter parameter) {
    String own = parameter.name().substring(parameter.name().lastIndexOf('.') + 1);
    return own.equals("weight") || own.equals("bias");
  }
}
