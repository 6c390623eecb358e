package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.kernels.ElementType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which type each feature map of a plan has. Maps that share a buffer or are moved from one to the
 * other as they are form a group: one type, and as bytes one scale. A group is bytes if
 * convolutions of bytes read it and all who write and read it can; else it has the plan's float
 * type, and a convolution of bytes reads a converted copy.
 */
final class NumberTypes {
  private final PlanGraph graph;
  private final ElementType floats;
  private final @Nullable Calibration calibration;
  private final int[] parent;
  private final Map<Integer, Quantization> quantizations = new HashMap<>();
  private final Set<Integer> bytes = new HashSet<>();

  private NumberTypes(PlanGraph graph, ElementType floats, @Nullable Calibration calibration) {
    this.graph = graph;
    this.floats = floats;
    this.calibration = calibration;
    parent = new int[graph.nodes().size()];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
  }

  /** Returns the types where all maps have one float type. */
  static NumberTypes floats(PlanGraph graph, ElementType type) {
    return new NumberTypes(graph, type, null);
  }

  /**
   * Returns the types where convolutions run on bytes.
   *
   * @param floats of everything else
   * @throws IllegalArgumentException if a range is missing
   */
  static NumberTypes bytes(PlanGraph graph, ElementType floats, Calibration calibration) {
    NumberTypes types = new NumberTypes(graph, floats, calibration);
    for (PlanNode node : graph.nodes()) {
      if (passesOn(node)) {
        node.inputs().forEach(input -> types.join(node.id(), input));
      }
    }
    types.choose(calibration);
    return types;
  }

  PlanGraph graph() {
    return graph;
  }

  /** Returns the type of what isn't bytes. */
  ElementType floats() {
    return floats;
  }

  /** Returns whether a node's values are some of its inputs', in the same numbers. */
  static boolean passesOn(PlanNode node) {
    return node.op() instanceof PlanOp.Channels
        || (node.op() instanceof PlanOp.Plain plain
            && !(plain.op() instanceof Activation)
            && !(plain.op() instanceof Add));
  }

  private void choose(Calibration ranges) {
    Map<Integer, Calibration.Range> spans = new HashMap<>();
    Set<Integer> wanted = new HashSet<>();
    Set<Integer> unfit = new HashSet<>();
    for (PlanNode node : graph.nodes()) {
      int group = group(node.id());
      if (node.op() instanceof PlanOp.ClassScores) {
        // It reads whatever the features are.
        unfit.add(group);
        continue;
      }
      boolean ofBytes = isOfBytes(node);
      if (!passesOn(node)) {
        boolean pixels = node.op() instanceof PlanOp.Pixels;
        spans.merge(
            group,
            pixels ? new Calibration.Range(0, 1) : ranges.range(graph.name(node)),
            Calibration.Range::with);
        if (!ofBytes && !pixels) {
          unfit.add(group);
        }
        Set<Integer> read = ofBytes ? wanted : unfit;
        node.inputs().forEach(input -> read.add(group(input)));
      }
      if (graph.isOutput(node)) {
        unfit.add(group);
      }
    }
    spans.forEach((group, range) -> quantizations.put(group, Quantization.of(range)));
    wanted.stream().filter(group -> !unfit.contains(group)).forEach(bytes::add);
  }

  /** Returns whether a node is a convolution whose input is bytes. */
  boolean isOfBytes(PlanNode node) {
    return calibration != null
        && node.op() instanceof PlanOp.Convolution op
        && op.canBeOfBytes()
        && !calibration.inFloat().contains(graph.name(node));
  }

  /** Returns the type of what a node gives. */
  ElementType type(PlanNode node) {
    if (graph.isOutput(node)) {
      return ElementType.F32;
    }
    return bytes.contains(group(node.id())) ? ElementType.U8 : floats;
  }

  /** Returns what bytes of a node's values stand for, or would if they were bytes. */
  @Nullable Quantization quantization(PlanNode node) {
    return quantizations.get(group(node.id()));
  }

  /** Returns the names of the convolutions that could run on bytes. */
  static List<String> candidates(PlanGraph graph) {
    return graph.nodes().stream()
        .filter(node -> node.op() instanceof PlanOp.Convolution op && op.canBeOfBytes())
        .map(graph::name)
        .toList();
  }

  private void join(int a, int b) {
    parent[group(a)] = group(b);
  }

  private int group(int node) {
    int at = node;
    while (parent[at] != at) {
      at = parent[at];
    }
    return at;
  }
}
