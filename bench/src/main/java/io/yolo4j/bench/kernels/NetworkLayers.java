package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.Dimensions;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;

/** The network that the layers are taken from. */
final class NetworkLayers {
  private static final String NETWORK = "mobilenetv3small_yolo5s";

  private NetworkLayers() {}

  /** Returns the network for these pictures. */
  static Graph graph(Setting setting) {
    return Model.of(Zoo.find(NETWORK).orElseThrow())
        .graph()
        .withInputs(Shape.of(setting.batch(), 3, setting.size(), setting.size()));
  }

  /** Returns a feature map's dimensions. */
  static Dimensions dimensions(Shape shape) {
    return new Dimensions(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
  }
}
