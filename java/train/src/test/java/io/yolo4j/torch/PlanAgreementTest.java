package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compiled plans give what LibTorch gives, for the networks of the zoo and odd sizes. */
final class PlanAgreementTest {
  @ParameterizedTest
  @CsvSource({
    "yolov5n, FLOAT32, 1, 64, 96, 1e-4",
    "yolov5s, FLOAT32, 2, 96, 64, 1e-4",
    "yolov5s, FLOAT32, 1, 256, 224, 1e-4",
    "mobilenetv3small_yolo5s, FLOAT32, 1, 128, 96, 1e-4",
    "mobilenetv3small_yolo5s, FLOAT32, 3, 64, 64, 1e-4",
    "yolov5s-ghost, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5-p6, FLOAT32, 1, 64, 128, 1e-4",
    "yolov5-bifpn, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5-fpn, FLOAT32, 1, 64, 64, 1e-4",
    "yolov3-tiny, FLOAT32, 1, 64, 96, 1e-4",
    "yolov3-spp, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5n, BFLOAT16, 1, 64, 96, 3e-2",
    "mobilenetv3small_yolo5s, BFLOAT16, 2, 96, 64, 3e-2"
  })
  void heads_agreeWithLibTorch(
      String name, PlanPrecision precision, int images, int height, int width, double tolerance) {
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    StateDict state = Initializer.initialize(graph, 7);
    ImageBatch batch = noise(images, height, width);
    try (TorchExecutor torch =
            TorchExecutor.create(graph, state, TorchOptions.defaults().withOwnKernels(false));
        PlanExecutor plan =
            PlanExecutor.create(graph, state, PlanOptions.defaults().withPrecision(precision))) {
      List<RawHead> expected = torch.run(batch);
      for (int run = 0; run < 2; run++) {
        List<RawHead> actual = plan.run(batch);
        assertThat(actual).hasSameSizeAs(expected);
        for (int level = 0; level < expected.size(); level++) {
          assertThat(largestError(actual.get(level), expected.get(level)))
              .as("level %d of %s", level, plan.explain(images, height, width))
              .isLessThan(tolerance);
        }
      }
    }
  }

  /** Of the heads' size; NaN where one is missing. */
  private static double largestError(RawHead actual, RawHead expected) {
    double error = 0;
    double size = 1e-9;
    for (int image = 0; image < expected.images(); image++) {
      for (int anchor = 0; anchor < expected.anchors(); anchor++) {
        for (int cell = 0; cell < expected.cells(); cell++) {
          for (int k = 0; k < expected.outputs(); k++) {
            float a = actual.values().get(actual.index(image, anchor, cell) + k);
            float e = expected.values().get(expected.index(image, anchor, cell) + k);
            error = Math.max(error, Math.abs((double) a - e));
            size = Math.max(size, Math.abs(e));
            if (Float.isNaN(a)) {
              return Double.NaN;
            }
          }
        }
      }
    }
    return error / size;
  }

  private static ImageBatch noise(int images, int height, int width) {
    byte[] bytes = new byte[images * height * width * ImageBatch.CHANNELS];
    new Random(3).nextBytes(bytes);
    ByteBuffer pixels = ByteBuffer.allocateDirect(bytes.length);
    pixels.put(bytes).flip();
    return new ImageBatch(pixels, images, height, width);
  }
}
