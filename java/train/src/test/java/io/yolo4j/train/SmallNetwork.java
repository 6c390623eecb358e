package io.yolo4j.train;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;

/** A convolution, a batch norm and another convolution with a bias: all kinds of parameters. */
final class SmallNetwork {
  static final Graph GRAPH = graph();

  private SmallNetwork() {}

  private static Graph graph() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(2, 3, 8, 8));
    Value y = root.conv2d("conv", Conv2d.of(3, 4, 3)).apply(x);
    y = root.batchNorm("bn", 4).apply(y);
    y = root.conv2d("head", Conv2d.of(4, 5, 1).withBias(true)).apply(y);
    return builder.build(List.of(y), null);
  }

  static TorchNetwork network(TorchOptions options) {
    return TorchNetwork.trainable(GRAPH, state(7), options.withThreads(1));
  }

  static StateDict state(long seed) {
    Random random = new Random(seed);
    StateDict.Builder state = StateDict.builder();
    for (Parameter parameter : GRAPH.parameters()) {
      if (parameter.role() == ParameterRole.BATCH_COUNT) {
        state.put(parameter.name(), HostTensor.of(new long[] {3}, parameter.shape()));
      } else {
        float[] values = new float[(int) parameter.elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = 0.1f + random.nextFloat();
        }
        state.put(parameter.name(), HostTensor.of(values, parameter.shape()));
      }
    }
    return state.build();
  }

  /** Adds the gradients of one batch. */
  static void backward(TorchNetwork network, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[2 * 3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    try (TorchScope scope = TorchScope.open()) {
      Tensor input = TensorTransfer.toTorch(pixels, Shape.of(2, 3, 8, 8));
      Tensor output = network.forward(List.of(input), true).get(0);
      output.mul(output).mean().backward();
    }
  }
}
