package io.yolo4j.lighten;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which channels of a network can only leave together. Two channels are of one group where an
 * operation ties them: both ends of a residual addition, a gate and what it multiplies, the inputs
 * and outputs of a convolution's group, a channel before and after pooling. Channels that something
 * fixes (the image, a detection head's outputs, a transformer's embedding) are in groups that stay.
 *
 * <p>All of it is read off the operations; names and types of modules play no part. Immutable.
 */
public final class ChannelGroups {
  /**
   * Channels that leave or stay together.
   *
   * @param scales the batch norm scales that act on them, in execution order
   * @param prunable whether they may leave: nothing fixes them, and they have scales to judge by
   */
  public record Group(List<Scale> scales, boolean prunable) {
    /** Copies the list. */
    public Group {
      scales = List.copyOf(scales);
    }
  }

  /**
   * A batch norm's scale of one channel.
   *
   * @param parameter name of the batch norm's weight
   * @param channel index in it
   */
  public record Scale(String parameter, int channel) {}

  /**
   * Groups that lie in the outputs of the same convolutions, so that these have one width together.
   *
   * @param convolutions module paths, in execution order
   * @param groups indices of the groups, in the order of their channels
   */
  public record Segment(List<String> convolutions, List<Integer> groups) {
    /** Copies the lists. */
    public Segment {
      convolutions = List.copyOf(convolutions);
      groups = List.copyOf(groups);
    }
  }

  private final List<Group> groups;
  private final List<int[]> groupOf;
  private final List<Segment> segments;

  private ChannelGroups(List<Group> groups, List<int[]> groupOf, List<Segment> segments) {
    this.groups = List.copyOf(groups);
    this.groupOf = groupOf;
    this.segments = List.copyOf(segments);
  }

  /** Finds the groups of a network. */
  public static ChannelGroups of(Graph graph) {
    ChannelUnion union = ChannelUnion.of(graph);
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    List<List<Scale>> scales = new ArrayList<>();
    List<int[]> groupOf = new ArrayList<>();
    for (Node node : graph.nodes()) {
      int[] own = new int[union.channels(node.id())];
      for (int c = 0; c < own.length; c++) {
        int root = union.root(node.id(), c);
        own[c] = numbers.computeIfAbsent(root, key -> numbers.size());
        if (own[c] == scales.size()) {
          scales.add(new ArrayList<>());
        }
        if (union.isNorm(node)) {
          Scale scale = new Scale(node.parameters().get(0), c);
          if (!scales.get(own[c]).contains(scale)) {
            scales.get(own[c]).add(scale);
          }
        }
      }
      groupOf.add(own);
    }
    List<Group> groups = new ArrayList<>();
    numbers.forEach(
        (root, number) -> {
          List<Scale> found = scales.get(number);
          groups.add(new Group(found, !found.isEmpty() && !union.isFixed(root)));
        });
    return new ChannelGroups(groups, groupOf, segments(graph, groupOf, groups.size()));
  }

  /** Returns all groups; others are told by their index in this list. */
  public List<Group> groups() {
    return groups;
  }

  /** Returns the groups of a node's output channels; empty where it is no feature map. */
  public int[] ofNode(int node) {
    return groupOf.get(node).clone();
  }

  /** Returns the segments, those with groups that may leave or not, in execution order. */
  public List<Segment> segments() {
    return segments;
  }

  private static List<Segment> segments(Graph graph, List<int[]> groupOf, int count) {
    List<TreeSet<Integer>> convolutions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      convolutions.add(new TreeSet<>());
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv2d || node.op() instanceof ConvTranspose2d) {
        for (int group : groupOf.get(node.id())) {
          convolutions.get(group).add(node.id());
        }
      }
    }
    Map<TreeSet<Integer>, List<Integer>> bySet = new LinkedHashMap<>();
    for (int group = 0; group < count; group++) {
      if (!convolutions.get(group).isEmpty()) {
        bySet.computeIfAbsent(convolutions.get(group), key -> new ArrayList<>()).add(group);
      }
    }
    List<Segment> segments = new ArrayList<>();
    bySet.forEach(
        (ids, members) ->
            segments.add(
                new Segment(
                    ids.stream().map(id -> graph.node(id).modulePath()).distinct().toList(),
                    members)));
    return segments;
  }
}
