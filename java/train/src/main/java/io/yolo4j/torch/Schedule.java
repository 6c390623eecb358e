package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the executor reads off a graph before it runs: who overwrites whom, what dies when. */
final class Schedule {
  private final Graph graph;
  private final Set<Integer> passing;
  private final boolean[] overwrites;
  private final List<List<Integer>> freedAfter;

  /**
   * Reads a graph.
   *
   * @param passing ids of nodes that hand their input on, because a later node does their work
   */
  Schedule(Graph graph, Set<Integer> passing) {
    this.graph = graph;
    this.passing = Set.copyOf(passing);
    overwrites = new boolean[graph.nodes().size()];
    int[] readers = readers(graph);
    for (Node node : graph.nodes()) {
      overwrites[node.id()] =
          !passes(node) && isActivation(node) && soleReader(graph, node, readers);
    }
    freedAfter = freedAfter();
  }

  /** Returns whether a node hands its input on, because a later node does its work. */
  boolean passes(Node node) {
    return passing.contains(node.id());
  }

  /**
   * Returns whether a node is an activation that may overwrite its input: a convolution's or batch
   * norm's output that nothing else reads.
   */
  boolean overwritesInput(Node node) {
    return overwrites[node.id()];
  }

  /** Returns the activation that is a batch norm's or convolution's only reader. */
  Optional<Activation.Kind> activationAfter(Node before) {
    return graph.nodes().stream()
        .filter(node -> overwrites[node.id()] && node.inputs().get(0) == before.id())
        .map(node -> ((Activation) node.op()).kind())
        .findFirst();
  }

  /** Returns the operation whose output an activation {@link #overwritesInput overwrites}. */
  Op before(Node activation) {
    return graph.node(activation.inputs().get(0)).op();
  }

  /**
   * Returns the nodes whose values nothing reads after this one. Inputs belong to the caller,
   * outputs are kept.
   */
  List<Integer> freedAfter(Node node) {
    return freedAfter.get(node.id());
  }

  private static int[] readers(Graph graph) {
    int[] readers = new int[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      node.inputs().stream().distinct().forEach(input -> readers[input]++);
    }
    graph.outputs().forEach(output -> readers[output]++);
    return readers;
  }

  private static boolean soleReader(Graph graph, Node node, int[] readers) {
    int input = node.inputs().get(0);
    boolean fresh =
        graph.node(input).op() instanceof Conv2d || graph.node(input).op() instanceof BatchNorm;
    return fresh && readers[input] == 1;
  }

  private static boolean isActivation(Node node) {
    return node.op() instanceof Activation && !isIdentity(node);
  }

  private static boolean isIdentity(Node node) {
    return node.op() instanceof Activation activation
        && activation.kind() == Activation.Kind.IDENTITY;
  }

  private List<List<Integer>> freedAfter() {
    int[] last = new int[graph.nodes().size()];
    // An identity, an activation in place and a node whose work is done later hand their input on,
    // so their readers read the input too.
    int[] origin = new int[last.length];
    Arrays.setAll(origin, i -> i);
    for (Node node : graph.nodes()) {
      if (isIdentity(node) || overwrites[node.id()] || passes(node)) {
        origin[node.id()] = origin[node.inputs().get(0)];
      }
      last[origin[node.id()]] = node.id();
      node.inputs().forEach(input -> last[origin[input]] = node.id());
    }
    graph.outputs().forEach(output -> last[origin[output]] = -1);
    List<List<Integer>> freed = new ArrayList<>();
    graph.nodes().forEach(node -> freed.add(new ArrayList<>()));
    for (Node node : graph.nodes()) {
      boolean owned = origin[node.id()] == node.id() && !(node.op() instanceof Input);
      if (owned && last[node.id()] >= 0) {
        freed.get(last[node.id()]).add(node.id());
      }
    }
    return freed;
  }
}
