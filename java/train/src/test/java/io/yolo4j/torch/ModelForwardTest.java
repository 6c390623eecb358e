package io.yolo4j.torch;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.yolo4j.detect.HeadDecoder;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole models against the reference: raw heads, decoded boxes, training mode with running
 * statistics.
 */
class ModelForwardTest {
  @ParameterizedTest
  @EnumSource(Layout.class)
  void run_mobileNet_matchesReference(Layout layout) {
    TensorFixture fixture = Shared.tensors("forward/model_mobilenetv3small_yolo5s_nc6.safetensors");
    Model model = Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow().withClasses(6));
    checkRandomModel(model.graph(), fixture, options(layout));
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void run_version50Layout_matchesReference(Layout layout) {
    TensorFixture fixture = Shared.tensors("forward/model_yolov5_v50_layout_nc2_w025.safetensors");
    ModelDescription s = Zoo.find("yolov5s-v5.0").orElseThrow();
    ModelDescription narrow =
        new ModelDescription(
            s.source(), 2, s.depthMultiple(), 0.25, s.anchors(), s.backbone(), s.head());
    checkRandomModel(Model.of(narrow).graph(), fixture, options(layout));
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void run_genuineWeights_matchReference(Layout layout) throws IOException {
    TensorFixture fixture = Shared.tensors("forward/model_yolov5n_coco_bus320.safetensors");
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    StateDict state = genuineState();
    try (TorchExecutor executor = TorchExecutor.create(graph, state, options(layout))) {
      checkHeads(executor, fixture, "");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TorchOptions.Precision.class,
      names = {"BFLOAT16", "FLOAT16"})
  void run_16Bits_staysNearFloat32(TorchOptions.Precision precision) throws IOException {
    double pixels = precision == TorchOptions.Precision.FLOAT16 ? 0.5 : 4;
    double confidence = precision == TorchOptions.Precision.FLOAT16 ? 0.005 : 0.05;
    TensorFixture fixture = Shared.tensors("forward/model_yolov5n_coco_bus320.safetensors");
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    TorchOptions half = options(Layout.CHANNELS_LAST).withPrecision(precision);
    try (TorchExecutor executor = TorchExecutor.create(graph, genuineState(), half)) {
      List<RawHead> heads = executor.run(batch(fixture.get("input_uint8")));
      float[] decoded = new HeadDecoder(executor.head()).decodeAll(heads, 0);
      double[] expected = fixture.get("decoded").values();
      int sure = 0;
      for (int row = 0; row < expected.length; row += 85) {
        if (expected[row + 4] > 0.5) {
          sure++;
          for (int i = 0; i < 4; i++) {
            assertThat((double) decoded[row + i]).isCloseTo(expected[row + i], offset(pixels));
          }
          assertThat((double) decoded[row + 4]).isCloseTo(expected[row + 4], offset(confidence));
        }
      }
      assertThat(sure).as("rows with objectness over 0.5").isPositive();
    }
  }

  static StateDict genuineState() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Shared.path("weights/yolov5n-coco-v6.0.pt"))) {
      StateDict.Builder wide = StateDict.builder();
      checkpoint
          .state()
          .forEach((name, t) -> wide.put(name, t.dtype().isFloatingPoint() ? t.to(DType.F32) : t));
      return wide.build();
    }
  }

  private static TorchOptions options(Layout layout) {
    return TorchOptions.defaults().withLayout(layout).withThreads(1);
  }

  private static void checkRandomModel(Graph graph, TensorFixture fixture, TorchOptions options) {
    StateDict state = FixtureModule.state(fixture);
    try (TorchExecutor executor = TorchExecutor.create(graph, state, options)) {
      checkHeads(executor, fixture, "square/");
      checkHeads(executor, fixture, "rect/");
    }
    try (TorchNetwork network = TorchNetwork.trainable(graph, state, options);
        TorchScope scope = TorchScope.open()) {
      TensorFixture.Entry input = fixture.get("square/input_uint8");
      float[] pixels = input.floats();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] /= 255;
      }
      Tensor x = TensorTransfer.toTorch(pixels, Shape.of(input.shape()));
      List<Tensor> heads = network.forward(List.of(x), true);
      for (int i = 0; i < heads.size(); i++) {
        String name = "square/train_raw" + i;
        assertClose(
            name,
            TensorTransfer.toHost(heads.get(i)).toDoubles(),
            fixture.get(name).values(),
            1e-3,
            1e-3);
      }
      checkStatistics(network.stateDict(), fixture);
    }
  }

  private static void checkStatistics(StateDict after, TensorFixture fixture) {
    int checked = 0;
    for (String key : fixture.names()) {
      if (key.startsWith("square/after_train/")) {
        String name = key.substring("square/after_train/".length());
        assertClose(key, after.get(name).toDoubles(), fixture.get(key).values(), 1e-3, 1e-3);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  private static void checkHeads(TorchExecutor executor, TensorFixture fixture, String prefix) {
    ImageBatch batch = batch(fixture.get(prefix + "input_uint8"));
    List<RawHead> heads = executor.run(batch);
    for (int i = 0; i < heads.size(); i++) {
      RawHead head = heads.get(i);
      TensorFixture.Entry expected = fixture.get(prefix + "raw" + i);
      assertThat(
              new int[] {
                head.images(), head.anchors(), head.height(), head.width(), head.outputs()
              })
          .isEqualTo(expected.shape());
      float[] values = new float[expected.values().length];
      head.values().get(0, values);
      assertClose(prefix + "raw" + i, values, expected.values(), 1e-4, 1e-4);
    }
    TensorFixture.Entry decoded = fixture.get(prefix + "decoded");
    int perImage = decoded.values().length / batch.images();
    HeadDecoder decoder = new HeadDecoder(executor.head());
    for (int image = 0; image < batch.images(); image++) {
      double[] expected =
          Arrays.copyOfRange(decoded.values(), image * perImage, (image + 1) * perImage);
      checkDecoded(prefix + image, decoder.decodeAll(heads, image), expected, decoded.shape()[2]);
    }
  }

  private static void checkDecoded(String what, float[] actual, double[] expected, int outputs) {
    assertThat(actual).hasSize(expected.length);
    for (int row = 0; row < expected.length; row += outputs) {
      assertClose(
          what + " box of row " + row / outputs,
          Arrays.copyOfRange(actual, row, row + 4),
          Arrays.copyOfRange(expected, row, row + 4),
          1e-4,
          5e-3);
      assertClose(
          what + " scores of row " + row / outputs,
          Arrays.copyOfRange(actual, row + 4, row + outputs),
          Arrays.copyOfRange(expected, row + 4, row + outputs),
          1e-4,
          1e-5);
    }
  }

  /** The fixture's [N,C,H,W] bytes as a batch [N,H,W,C]. */
  static ImageBatch batch(TensorFixture.Entry entry) {
    int images = entry.shape()[0];
    int channels = entry.shape()[1];
    int height = entry.shape()[2];
    int width = entry.shape()[3];
    ByteBuffer pixels = ByteBuffer.allocateDirect(entry.values().length);
    for (int n = 0; n < images; n++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < channels; c++) {
            pixels.put((byte) (int) entry.values()[((n * channels + c) * height + y) * width + x]);
          }
        }
      }
    }
    return new ImageBatch(pixels.flip(), images, height, width);
  }
}
