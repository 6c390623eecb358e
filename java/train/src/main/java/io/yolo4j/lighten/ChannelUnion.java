package io.yolo4j.lighten;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.DepthToSpace;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.LearnedScale;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.StridedSlice;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.ZeroPad;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Union-find over the channels of all feature maps of a graph: one pass in execution order ties
 * what must agree and fixes what must stay.
 */
final class ChannelUnion {
  private final Graph graph;
  private final int[] first;
  private final int[] parent;
  private final BitSet fixed = new BitSet();

  /** Channels into which a convolution writes that no batch norm has scaled yet. */
  private final BitSet unscaled = new BitSet();

  private ChannelUnion(Graph graph) {
    this.graph = graph;
    List<Node> nodes = graph.nodes();
    first = new int[nodes.size() + 1];
    for (Node node : nodes) {
      int channels = node.shape().rank() == 4 ? node.shape().dim(1) : 0;
      first[node.id() + 1] = first[node.id()] + channels;
    }
    parent = new int[first[nodes.size()]];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
  }

  static ChannelUnion of(Graph graph) {
    ChannelUnion union = new ChannelUnion(graph);
    graph.nodes().forEach(union::tie);
    union.tieSharedParameters();
    graph.outputs().forEach(union::fix);
    BitSet roots = new BitSet();
    union.fixed.stream().forEach(channel -> roots.set(union.find(channel)));
    union.fixed.or(roots);
    return union;
  }

  /** Returns the number of a node's channels, 0 where its output is no feature map. */
  int channels(int node) {
    return first[node + 1] - first[node];
  }

  int root(int node, int channel) {
    return find(first[node] + channel);
  }

  boolean isFixed(int root) {
    return fixed.get(root);
  }

  boolean isNorm(Node node) {
    return node.op() instanceof BatchNorm;
  }

  private void tie(Node node) {
    if (node.op() instanceof Conv2d op) {
      convolution(node, op);
    } else if (node.op() instanceof ConvTranspose2d op) {
      unscaled.set(first[node.id()], first[node.id() + 1]);
      if (op.groups() > 1) {
        fix(node.id());
        fix(node.inputs().get(0));
      }
    } else if (node.op() instanceof Concat op && node.shape().rank() == 4) {
      concat(node, op);
    } else if (node.op() instanceof SpaceToDepth) {
      blocks(node.id(), node.inputs().get(0));
    } else if (node.op() instanceof DepthToSpace) {
      blocks(node.inputs().get(0), node.id());
    } else if (node.op() instanceof Add && node.shape().rank() == 4) {
      node.inputs().forEach(input -> same(node.id(), input));
      node.inputs().forEach(this::fixUnscaled);
    } else if (node.op() instanceof Multiply && node.shape().rank() == 4) {
      multiply(node);
    } else if (keepsChannels(node)) {
      same(node.id(), node.inputs().get(0));
      if (isNorm(node)) {
        unscaled.clear(first[node.id()], first[node.id() + 1]);
      }
    } else {
      // The image, a head, a sequence: what it reads and gives has the channels that it has.
      node.inputs().forEach(this::fix);
      fix(node.id());
    }
  }

  private static boolean keepsChannels(Node node) {
    return node.shape().rank() == 4
        && (node.op() instanceof BatchNorm
            || node.op() instanceof Activation
            || node.op() instanceof MaxPool
            || node.op() instanceof Upsample
            || node.op() instanceof ZeroPad
            || node.op() instanceof StridedSlice
            || node.op() instanceof GlobalAveragePool
            || node.op() instanceof LearnedScale);
  }

  /** The inputs and outputs of one group of several leave together, and the others stay equal. */
  private void convolution(Node node, Conv2d op) {
    unscaled.set(first[node.id()], first[node.id() + 1]);
    if (op.groups() == 1) {
      return;
    }
    int input = node.inputs().get(0);
    int in = op.inputChannels() / op.groups();
    int out = op.outputChannels() / op.groups();
    for (int group = 0; group < op.groups(); group++) {
      int head = first[input] + group * in;
      for (int i = 1; i < in; i++) {
        union(head, head + i);
      }
      for (int o = 0; o < out; o++) {
        union(head, first[node.id()] + group * out + o);
      }
    }
  }

  private void concat(Node node, Concat op) {
    int dim = op.dim() < 0 ? op.dim() + 4 : op.dim();
    int at = 0;
    for (int input : node.inputs()) {
      for (int c = 0; c < channels(input); c++) {
        join(first[node.id()] + at + c, first[input] + c);
      }
      at += dim == 1 ? channels(input) : 0;
    }
  }

  /** Channels of the deep map are (block, channel of the wide map), see {@link SpaceToDepth}. */
  private void blocks(int deep, int wide) {
    boolean forward = deep > wide;
    for (int c = 0; c < channels(deep); c++) {
      int deepChannel = first[deep] + c;
      int wideChannel = first[wide] + c % channels(wide);
      join(forward ? deepChannel : wideChannel, forward ? wideChannel : deepChannel);
    }
  }

  /** A gate of zero silences what it multiplies, whatever scaled the gate itself. */
  private void multiply(Node node) {
    int gate = node.inputs().get(1);
    same(node.id(), node.inputs().get(0));
    if (channels(gate) == channels(node.id())) {
      for (int c = 0; c < channels(gate); c++) {
        union(first[node.id()] + c, first[gate] + c);
      }
    } else {
      fix(gate);
    }
  }

  private void same(int node, int input) {
    for (int c = 0; c < channels(node); c++) {
      join(first[node] + c, first[input] + c);
    }
  }

  /** Ties an output's channel to the input's that it carries on. */
  private void join(int output, int input) {
    union(output, input);
    if (unscaled.get(input)) {
      unscaled.set(output);
    }
  }

  /** A sum's scales say nothing about a term that none of them scales. */
  private void fixUnscaled(int node) {
    for (int c = first[node]; c < first[node + 1]; c++) {
      if (unscaled.get(c)) {
        fixed.set(c);
      }
    }
  }

  private void fix(int node) {
    fixed.set(first[node], first[node + 1]);
  }

  /** What is applied twice has one set of weights, so its channels are the same each time. */
  private void tieSharedParameters() {
    Map<String, Node> owners = new HashMap<>();
    for (Node node : graph.nodes()) {
      for (String parameter : node.parameters()) {
        Node owner = owners.putIfAbsent(parameter, node);
        if (owner != null && node.op().equals(owner.op())) {
          unionAll(owner.id(), node.id());
          unionAll(owner.inputs().get(0), node.inputs().get(0));
        }
      }
    }
  }

  private void unionAll(int a, int b) {
    for (int c = 0; c < Math.min(channels(a), channels(b)); c++) {
      union(first[a] + c, first[b] + c);
    }
  }

  private void union(int a, int b) {
    int rootA = find(a);
    int rootB = find(b);
    if (rootA != rootB) {
      // The smaller index stays, so that groups are numbered in execution order.
      parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
    }
  }

  private int find(int channel) {
    int root = channel;
    while (parent[root] != root) {
      root = parent[root];
    }
    for (int at = channel; parent[at] != root; ) {
      int next = parent[at];
      parent[at] = root;
      at = next;
    }
    return root;
  }
}
