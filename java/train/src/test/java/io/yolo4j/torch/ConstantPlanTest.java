package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanExplanation;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.AmplifiedWeights;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers behind each other in compiled plans, where LibTorch runs one after the other. */
final class ConstantPlanTest {
  private static final PlanOptions OPTIONS = PlanOptions.defaults();
  private static final ImageBatch BATCH = ImageBatch.noise(2, 96, 64);

  @TempDir private Path folder = Path.of("");

  @Test
  void heads_ofFoldedRows_agreeWithLibTorch() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("network.yaml"),
            """
            nc: 2
            depth_multiple: 1
            width_multiple: 1
            anchors: [[10, 13, 16, 30]]
            backbone:
              - [-1, 1, Conv, [16, 3, 4]]
              - [-1, 1, nn.BatchNorm2d, []]
              - [-1, 1, nn.Conv2d, [16, 24, 1]]
              - [-1, 1, nn.BatchNorm2d, []]
              - [-1, 1, Conv, [32, 1, 1, None, 1, False]]
              - [-1, 1, nn.Conv2d, [32, 24, 3, 2, 1]]
              - [-1, 1, nn.BatchNorm2d, []]
              - [-1, 1, Conv, [16, 1]]
            head:
              - [[7], 1, Detect, [nc, anchors]]
            """);
    Graph graph = Model.of(ModelDescription.read(file)).graph();
    // Left are the stem, 16→32, the 3x3, the last Conv and the head, behind the pixels.
    assertThat(assertAgrees(graph))
        .filteredOn(row -> row.does().startsWith("Conv2d"))
        .extracting(PlanExplanation.Row::path)
        .containsExactly("model.0.conv", "model.4.conv", "model.5", "model.7.conv", "model.8.m.0");
  }

  @Test
  void heads_ofTheZoos_agreeWithLibTorchAndHaveALayerLess() {
    Graph mobile = Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow()).graph();
    assertThat(assertAgrees(mobile))
        .extracting(row -> row.path() + " " + row.does())
        .contains("model.2.block.0.conv Conv2d 16→72 k1 s1 p0 bias ReLU")
        .noneMatch(row -> row.startsWith("model.1.block.2"));
    Graph transformer = Model.of(Zoo.find("yolov5s-transformer").orElseThrow()).graph();
    // The first sum runs with the attention's last product; the second needs what fc2 reads, too.
    assertThat(assertAgrees(transformer))
        .filteredOn(row -> row.path().matches("model.9.m.tr.0(.fc.)?"))
        .extracting(PlanExplanation.Row::does)
        .containsExactly(
            "Conv2d 256→256 k1 s1 p0 bias + residual", "Conv2d 256→256 k1 s1 p0 + residual", "add");
  }

  private static List<PlanExplanation.Row> assertAgrees(Graph graph) {
    StateDict state = lively(graph);
    try (TorchExecutor torch =
            TorchExecutor.create(graph, state, TorchOptions.defaults().withOwnKernels(false));
        PlanExecutor plan = PlanExecutor.create(graph, state, OPTIONS)) {
      for (int level = 0; level < graph.outputs().size(); level++) {
        RawHead expected = torch.run(BATCH).get(level);
        double error = PlanAgreementTest.largestError(plan.run(BATCH).get(level), expected);
        assertThat(error).as("level %d", level).isLessThan(1e-4);
      }
      return plan.explain(2, 96, 64).steps();
    }
  }

  /** Start values leave norms without effect: all shifts are 0 and all scales 1. */
  private static StateDict lively(Graph graph) {
    Random random = new Random(11);
    StateDict.Builder builder = StateDict.builder();
    AmplifiedWeights.of(graph)
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.toFloats();
              for (int i = 0; i < values.length; i++) {
                values[i] += 0.4f * (random.nextFloat() - 0.5f);
              }
              boolean vector = tensor.shape().rank() == 1;
              builder.put(name, vector ? HostTensor.of(values, tensor.shape()) : tensor);
            });
    return builder.build();
  }
}
