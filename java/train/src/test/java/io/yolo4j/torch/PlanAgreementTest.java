package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.AmplifiedWeights;
import io.yolo4j.weights.StateDict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled plans give what LibTorch gives, for the networks of the zoo and odd sizes. */
final class PlanAgreementTest {
  @ParameterizedTest
  @CsvSource({
    "yolov5n, FLOAT32, 1, 64, 96, 1e-4",
    "yolov5s, FLOAT32, 2, 96, 64, 1e-4",
    "yolov5n, FLOAT32, 1, 256, 224, 1e-4",
    "yolov5s-v5.0, FLOAT32, 1, 64, 64, 1e-4",
    "mobilenetv3small_yolo5s, FLOAT32, 1, 128, 96, 2e-4",
    "mobilenetv3small_yolo5s, FLOAT32, 3, 64, 64, 2e-4",
    "mobilenetv3large_yolo5s, FLOAT32, 1, 64, 96, 2e-4",
    "shufflenetv2_yolo5s, FLOAT32, 1, 96, 64, 2e-4",
    "shufflenetv2_yolo5s, FLOAT32, 2, 64, 64, 2e-4",
    "ghostnet_yolo5s, FLOAT32, 1, 64, 96, 2e-4",
    "efficientnetlite0_yolo5s, FLOAT32, 1, 64, 64, 2e-4",
    "yolov5s-ghost, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5-p2, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5-p6, FLOAT32, 1, 64, 128, 1e-4",
    "yolov5-bifpn, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5-fpn, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5-panet, FLOAT32, 1, 64, 64, 1e-4",
    "yolov3-tiny, FLOAT32, 1, 64, 96, 1e-4",
    "yolov3-spp, FLOAT32, 1, 64, 64, 1e-4",
    "yolov5s-transformer, FLOAT32, 2, 96, 64, 1e-4",
    "yolov5n, BFLOAT16, 1, 64, 96, 4e-2",
    "yolov5-fpn, BFLOAT16, 1, 64, 64, 4e-2",
    "shufflenetv2_yolo5s, BFLOAT16, 1, 64, 64, 4e-2"
  })
  void heads_agreeWithLibTorch(
      String name, PlanPrecision precision, int images, int height, int width, double tolerance) {
    assumeTrue(
        precision == PlanPrecision.FLOAT32 || hasBfloat16(),
        "this CPU has no bfloat16 instructions");
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    StateDict state = AmplifiedWeights.of(graph);
    ImageBatch batch = noise(images, height, width);
    try (TorchExecutor torch =
            TorchExecutor.create(graph, state, TorchOptions.defaults().withOwnKernels(false));
        PlanExecutor plan =
            PlanExecutor.create(graph, state, PlanOptions.defaults().withPrecision(precision))) {
      List<RawHead> expected = torch.run(batch);
      // Twice: what a run leaves in the arena must not matter to the next.
      for (int run = 0; run < 2; run++) {
        List<RawHead> actual = plan.run(batch);
        assertThat(actual).hasSameSizeAs(expected);
        for (int level = 0; level < expected.size(); level++) {
          assertThat(largestError(actual.get(level), expected.get(level)))
              .as(() -> plan.explain(images, height, width).toString())
              .isLessThan(tolerance);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenetv3small_yolo5s", "yolov5s-transformer"})
  void doneBy_andListener_nameTheSameNodes(String name) {
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    try (PlanExecutor plan =
        PlanExecutor.create(graph, AmplifiedWeights.of(graph), PlanOptions.defaults())) {
      Set<Integer> told = new TreeSet<>();
      List<Long> times = new ArrayList<>();
      plan.run(
          noise(1, 64, 64),
          (node, started, ended) -> {
            told.add(node);
            times.add(started);
            times.add(ended);
          });
      assertThat(times).isSorted();
      Set<Integer> workers = new TreeSet<>(plan.doneBy());
      assertThat(workers).containsAll(told);
      // Those that nobody is told of are joined without a step.
      workers.removeAll(told);
      assertThat(workers).allMatch(id -> plan.graph().node(id).op() instanceof Concat);
    }
  }

  @Test
  void run_sharedPlans_giveTheSameBits() {
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    ImageBatch batch = noise(1, 96, 64);
    try (PlanExecutor first =
            PlanExecutor.create(graph, AmplifiedWeights.of(graph), PlanOptions.defaults());
        PlanExecutor second = first.sharing()) {
      RawHead one = first.run(batch).get(0);
      RawHead two = second.run(batch).get(0);
      assertThat(one.values()).isNotSameAs(two.values());
      assertThat(largestError(two, one)).isZero();
    }
  }

  @Test
  void run_wrongSizeOrClosed_isRefused() {
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    PlanExecutor plan =
        PlanExecutor.create(graph, AmplifiedWeights.of(graph), PlanOptions.defaults());
    assertThatThrownBy(() -> plan.run(noise(1, 64, 65)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "height and width of a batch must be multiples of the largest stride 32, got 64x65");
    plan.close();
    plan.close();
    assertThatThrownBy(() -> plan.run(noise(1, 64, 64)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the executor is closed");
  }

  static boolean hasBfloat16() {
    return NativeLibrary.load().cpu().multiplies(ElementType.BF16);
  }

  /** Of the heads' size; NaN where one is missing. */
  static double largestError(RawHead actual, RawHead expected) {
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
