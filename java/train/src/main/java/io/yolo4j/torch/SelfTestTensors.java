package io.yolo4j.torch;

import io.yolo4j.graph.Shape;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;

/** Values for self-tests. They come from Java, so that LibTorch's random state stays. */
final class SelfTestTensors {
  private SelfTestTensors() {}

  static Tensor random(Shape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TensorTransfer.toTorch(values, shape);
  }
}
