package io.yolo4j.profile;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a GPU's convolutions bring along beside their own kernel.
 *
 * @param convolutions by node id
 * @param activations convolution's id by the id of the activation that alone reads it
 */
record ConvolutionPasses(
    Map<Integer, Convolution> convolutions, Map<Integer, Integer> activations) {
  /** A network without convolutions. */
  static final ConvolutionPasses NONE = new ConvolutionPasses(Map.of(), Map.of());

  /**
   * A convolution.
   *
   * @param bias whether it adds one
   * @param depthwise whether it keeps channels apart: such don't run on tensor cores
   * @param inputElements of a picture
   * @param outputElements of a picture
   */
  record Convolution(boolean bias, boolean depthwise, long inputElements, long outputElements) {}

  ConvolutionPasses {
    convolutions = Map.copyOf(convolutions);
    activations = Map.copyOf(activations);
  }

  /**
   * Finds them.
   *
   * @param graph for one picture, with the picture's size
   */
  static ConvolutionPasses of(Graph graph) {
    Map<Integer, Convolution> convolutions = new HashMap<>();
    Map<Integer, Integer> activations = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv2d conv) {
        convolutions.put(
            node.id(),
            new Convolution(
                conv.bias(),
                conv.isDepthwise(),
                graph.node(node.inputs().get(0)).shape().elements(),
                node.shape().elements()));
      }
      if (node.op() instanceof Activation && !node.op().isView()) {
        int input = node.inputs().get(0);
        if (convolutions.containsKey(input) && isAlone(graph, input)) {
          activations.put(node.id(), input);
        }
      }
    }
    return new ConvolutionPasses(convolutions, activations);
  }

  private static boolean isAlone(Graph graph, int id) {
    return !graph.outputs().contains(id)
        && graph.nodes().stream().filter(reader -> reader.inputs().contains(id)).count() == 1;
  }

  /** Returns whether a step is nothing but activations behind convolutions. */
  boolean isActivation(LayerWork work) {
    return work.nodes().stream().allMatch(activations::containsKey);
  }

  /** Returns the convolutions of a step. */
  List<Integer> in(LayerWork work) {
    return work.nodes().stream().filter(convolutions::containsKey).toList();
  }

  /** Returns whether an activation behind a convolution could run in its kernel. */
  boolean isActivated(int convolution) {
    return activations.containsValue(convolution);
  }
}
