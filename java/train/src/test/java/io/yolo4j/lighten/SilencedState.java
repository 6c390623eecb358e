package io.yolo4j.lighten;

import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.lighten.ChannelGroups.Group;
import io.yolo4j.lighten.ChannelGroups.Scale;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Weights by which a picture matters at the heads, where some groups of channels carry zeros only:
 * the scales and offsets of all their batch norms are 0.
 *
 * @param state the weights
 * @param silenced number of groups with zeros
 * @param prunable number of groups that may leave
 */
record SilencedState(StateDict state, int silenced, int prunable) {
  private static final double GAIN = 1.68; // keeps the variance through SiLU

  /** Draws weights and silences that share of the groups that may leave. */
  static SilencedState of(Graph graph, double share, long seed) {
    Random random = new Random(seed);
    Set<Scale> zeros = new HashSet<>();
    int silenced = 0;
    List<Group> groups = ChannelGroups.of(graph).groups().stream().filter(Group::prunable).toList();
    for (Group group : groups) {
      if (random.nextDouble() < share) {
        zeros.addAll(group.scales());
        silenced++;
      }
    }
    Map<String, String> weightOfBias = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof BatchNorm) {
        weightOfBias.put(node.parameters().get(1), node.parameters().get(0));
      }
    }
    StateDict.Builder state = StateDict.builder();
    for (Parameter parameter : graph.parameters()) {
      String scale = weightOfBias.getOrDefault(parameter.name(), parameter.name());
      state.put(parameter.name(), drawn(parameter, scale, zeros, random));
    }
    return new SilencedState(state.build(), silenced, groups.size());
  }

  private static HostTensor drawn(
      Parameter parameter, String scale, Set<Scale> zeros, Random random) {
    if (parameter.role() == ParameterRole.BATCH_COUNT) {
      return HostTensor.of(new long[] {5}, parameter.shape());
    }
    float[] values = new float[(int) parameter.elements()];
    int outputs = parameter.shape().rank() == 0 ? 1 : parameter.shape().dim(0);
    double weight = GAIN / Math.sqrt((double) values.length / outputs);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (parameter.role()) {
            case WEIGHT -> (float) (random.nextGaussian() * weight);
            case NORM_WEIGHT, RUNNING_VARIANCE -> 0.75f + random.nextFloat() / 2;
            case ANCHORS -> 1 + random.nextFloat();
            default -> random.nextFloat() - 0.5f;
          };
      boolean norm =
          parameter.role() == ParameterRole.NORM_WEIGHT
              || parameter.role() == ParameterRole.NORM_BIAS;
      if (norm && zeros.contains(new Scale(scale, i))) {
        values[i] = 0;
      }
    }
    return HostTensor.of(values, parameter.shape());
  }
}
