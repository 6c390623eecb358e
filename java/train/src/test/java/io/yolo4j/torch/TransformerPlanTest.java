package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.AmplifiedWeights;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transformer blocks in compiled plans, with weights that let attentions choose. */
final class TransformerPlanTest {
  private static final PlanOptions DEFAULTS = PlanOptions.defaults();

  @TempDir private Path folder = Path.of("");

  /** 2, 12, 48 and 90 pixels a picture; the plan looks at 64 of them in one go. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 1, 32, 64, 1e-4",
    "FLOAT32, 2, 96, 128, 1e-4",
    "FLOAT32, 1, 320, 288, 1e-4",
    "BFLOAT16, 1, 96, 128, 4e-2",
    "BFLOAT16, 2, 256, 192, 4e-2"
  })
  void heads_ofTheZoos_agreeWithLibTorch(
      PlanPrecision precision, int images, int height, int width, double tolerance) {
    Graph graph = Model.of(Zoo.find("yolov5s-transformer").orElseThrow()).graph();
    assertAgrees(graph, precision, noise(images, height, width), tolerance);
  }

  /** Blocks of one to three layers, heads of 3 to 8 channels, another number of channels before. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-4", "BFLOAT16, 4e-2"})
  void heads_ofOtherBlocks_agreeWithLibTorch(PlanPrecision precision, double tolerance)
      throws IOException {
    Graph graph =
        network(
            """
              - [-1, 1, Conv, [16, 3, 4]]
              - [-1, 1, TransformerBlock, [24, 8, 2]]
              - [-1, 3, C3TR, [32]]
              - [-1, 1, Conv, [32, 3, 2]]
              - [-1, 1, C3TR, [64, False]]
            """);
    assertAgrees(graph, precision, noise(2, 64, 96), tolerance);
  }

  @Test
  void run_picturesOfABatch_dontSeeEachOther() {
    Graph graph = Model.of(Zoo.find("yolov5s-transformer").orElseThrow()).graph();
    ImageBatch pair = noise(2, 96, 128);
    try (PlanExecutor plan = PlanExecutor.create(graph, sharpened(graph, 1.5f), DEFAULTS)) {
      RawHead both = plan.run(pair).get(2);
      int half = both.values().capacity() / 2;
      float[] second = new float[half];
      both.values().duplicate().position(half).get(second);
      ByteBuffer pixels = pair.pixels().duplicate();
      int size = pixels.capacity() / 2;
      ByteBuffer alone = ByteBuffer.allocateDirect(size).put(pixels.clear().position(size)).flip();
      float[] expected = new float[half];
      plan.run(new ImageBatch(alone, 1, 96, 128)).get(2).values().duplicate().get(expected);
      double largest = 0;
      for (int i = 0; i < half; i++) {
        largest = Math.max(largest, Math.abs(second[i] - expected[i]));
      }
      assertThat(largest).isLessThan(1e-3);
    }
  }

  @Test
  void explain_anAttention_isThreeStepsOfItsModule() {
    Graph graph = Model.of(Zoo.find("yolov5s-transformer").orElseThrow()).graph();
    try (PlanExecutor plan = PlanExecutor.create(graph, AmplifiedWeights.of(graph), DEFAULTS)) {
      assertThat(plan.explain(1, 96, 128).steps())
          .filteredOn(row -> row.path().equals("model.9.m.tr.0.ma"))
          .extracting(row -> row.does() + " " + row.shape())
          .containsExactly(
              "Conv2d 256→768 k1 s1 p0 bias [1,3,4,768]", "Attention heads 4 [1,3,4,256]");
      assertThat(plan.explain(1, 96, 128).toString())
          .contains("yolo4j attention", "Conv2d 256→256 k1 s1 p0 bias + residual")
          .as("folded into the attention's projection")
          .doesNotContain("tr.0.q", "tr.0.k", "tr.0.v");
    }
  }

  @Test
  void create_unknownOperation_namesWhatPlansDontKnow() throws IOException {
    Graph graph = network("  - [-1, 1, nn.ConvTranspose2d, [16, 16, 2, 2]]\n");
    StateDict state = AmplifiedWeights.of(graph);
    assertThatThrownBy(() -> PlanExecutor.create(graph, state, DEFAULTS))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("plans don't know ConvTranspose2d")
        .hasMessageEndingWith("run this network on LibTorch");
  }

  private Graph network(String rows) throws IOException {
    String text =
        """
        nc: 2
        depth_multiple: 1
        width_multiple: 1
        anchors: [[10, 13, 16, 30]]
        backbone:
          - [-1, 1, Conv, [16, 3, 2]]
        %s\
        head:
          - [[%d], 1, Detect, [nc, anchors]]
        """
            .formatted(rows, rows.lines().count());
    Path file = Files.writeString(folder.resolve("network.yaml"), text);
    return Model.of(ModelDescription.read(file)).graph();
  }

  private static void assertAgrees(
      Graph graph, PlanPrecision precision, ImageBatch batch, double tolerance) {
    assumeTrue(
        precision == PlanPrecision.FLOAT32 || PlanAgreementTest.hasBfloat16(),
        "this CPU has no bfloat16 instructions");
    // As large as either type allows.
    StateDict state = sharpened(graph, precision == PlanPrecision.FLOAT32 ? 1.5f : 1);
    try (TorchExecutor torch =
            TorchExecutor.create(graph, state, TorchOptions.defaults().withOwnKernels(false));
        PlanExecutor plan = PlanExecutor.create(graph, state, DEFAULTS.withPrecision(precision))) {
      for (int level = 0; level < graph.outputs().size(); level++) {
        RawHead expected = torch.run(batch).get(level);
        double error = PlanAgreementTest.largestError(plan.run(batch).get(level), expected);
        assertThat(error).as("level %d", level).isLessThan(tolerance);
      }
    }
  }

  /**
   * Start values make scores nearly equal, and biases 0. Products that are twice as large would
   * leave the choice among keys to the last bits: a block squares what it gets, layer by layer.
   */
  private static StateDict sharpened(Graph graph, float gain) {
    Random random = new Random(5);
    StateDict.Builder builder = StateDict.builder();
    AmplifiedWeights.of(graph)
        .forEach(
            (name, tensor) -> {
              boolean product = tensor.shape().rank() == 2;
              float[] values = tensor.toFloats();
              for (int i = 0; i < values.length; i++) {
                values[i] =
                    product ? gain * values[i] : values[i] + 0.2f * (random.nextFloat() - 0.5f);
              }
              boolean changes = product || name.contains(".ma.");
              builder.put(name, changes ? HostTensor.of(values, tensor.shape()) : tensor);
            });
    return builder.build();
  }

  private static ImageBatch noise(int images, int height, int width) {
    return ImageBatch.noise(images, height, width);
  }
}
