package io.yolo4j.lighten;

import io.yolo4j.graph.Graph;
import io.yolo4j.lighten.ChannelGroups.Group;
import io.yolo4j.lighten.ChannelGroups.Scale;
import io.yolo4j.lighten.ChannelGroups.Segment;
import io.yolo4j.weights.StateDict;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which groups of channels stay at a threshold on the batch norms' scales.
 *
 * <p>A group counts as the largest |γ| in it: as long as one of its members needs the channel, all
 * keep it. A segment keeps at least the minimum, raised to the multiple, of the largest.
 */
final class ChannelChoice {
  private final ChannelGroups groups;
  private final double[] scores;
  private final int minimum;
  private final int multiple;

  ChannelChoice(ChannelGroups groups, StateDict state, PruneOptions options) {
    this.groups = groups;
    minimum = options.minimum();
    multiple = options.multiple();
    Map<String, float[]> values = new HashMap<>();
    scores = groups.groups().stream().mapToDouble(group -> score(group, state, values)).toArray();
  }

  private static double score(Group group, StateDict state, Map<String, float[]> values) {
    double largest = 0;
    for (Scale scale : group.scales()) {
      float[] all = values.computeIfAbsent(scale.parameter(), name -> state.get(name).toFloats());
      double size = Math.abs(all[scale.channel()]);
      if (!Double.isFinite(size)) {
        throw new IllegalArgumentException(
            "batch norm scales must be finite, got %s at index %d of %s"
                .formatted(size, scale.channel(), scale.parameter()));
      }
      largest = Math.max(largest, size);
    }
    return largest;
  }

  /** Returns the scores of the groups that may leave, in ascending order. */
  double[] prunableScores() {
    return IntStream.range(0, scores.length)
        .filter(group -> groups.groups().get(group).prunable())
        .mapToDouble(group -> scores[group])
        .sorted()
        .toArray();
  }

  /** Returns the groups that stay where those with a score up to the threshold are to leave. */
  BitSet kept(double threshold) {
    BitSet kept = new BitSet();
    kept.set(0, scores.length);
    for (Segment segment : groups.segments()) {
      List<Integer> members = segment.groups();
      int above = (int) members.stream().filter(group -> stays(group, threshold)).count();
      int wanted = Math.max(above, Math.min(minimum, members.size()));
      int rounded = Math.min(-Math.floorDiv(-wanted, multiple) * multiple, members.size());
      members.stream()
          .sorted(Comparator.comparingDouble(this::rank).reversed())
          .skip(rounded)
          .forEach(kept::clear);
    }
    return kept;
  }

  /** Returns the kept indices of a node's channels, ascending. */
  int[] keptChannels(int node, BitSet kept) {
    int[] own = groups.ofNode(node);
    return IntStream.range(0, own.length).filter(c -> kept.get(own[c])).toArray();
  }

  /** Returns whether a node keeps some channels and loses others. */
  boolean narrows(Graph graph, int node, BitSet kept) {
    return Arrays.stream(groups.ofNode(node)).anyMatch(group -> !kept.get(group))
        && graph.node(node).shape().rank() == 4;
  }

  private boolean stays(int group, double threshold) {
    return !groups.groups().get(group).prunable() || scores[group] > threshold;
  }

  /** What is fixed comes before all that could leave. */
  private double rank(int group) {
    return groups.groups().get(group).prunable() ? scores[group] : Double.POSITIVE_INFINITY;
  }
}
