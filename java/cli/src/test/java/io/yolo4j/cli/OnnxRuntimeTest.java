package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.Candidates;
import io.yolo4j.detect.HeadDecoder;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.detect.NonMaxSuppression;
import io.yolo4j.export.InputShape;
import io.yolo4j.export.OnnxCheck;
import io.yolo4j.export.OnnxExporter;
import io.yolo4j.export.OnnxModel;
import io.yolo4j.export.OnnxOptions;
import io.yolo4j.export.Thresholds;
import io.yolo4j.graph.Graph;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Letterbox;
import io.yolo4j.image.LetterboxOptions;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.Closeness;
import io.yolo4j.testing.Shared;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported networks on ONNX Runtime against the same networks on LibTorch and our decoding. */
final class OnnxRuntimeTest {
  /** Of the largest value; both runtimes sum in float32, each in its own order. */
  private static final double FLOAT32 = 1e-4;

  private static final double STORED_HALF = 5e-3;
  private static final double COMPUTED_HALF = 3e-2;

  /** What the shipped models do not hold, in one network. */
  private static final String RARE =
      """
      nc: 2
      depth_multiple: 1
      width_multiple: 1
      anchors: [[10, 13, 16, 30]]
      backbone:
        - [-1, 1, Focus, [16, 3]]
        - [-1, 1, Contract, [2]]
        - [-1, 1, nn.ConvTranspose2d, [64, 16, 2, 2]]
        - [-1, 1, nn.ZeroPad2d, [[1, 2, 3, 0]]]
        - [-1, 1, nn.MaxPool2d, [4, 1, 0]]
        - [-1, 1, nn.ZeroPad2d, [1]]
        - [-1, 1, nn.MaxPool2d, [3, 1, 1]]
        - [-1, 1, nn.MaxPool2d, [3, 1, 0]]
        - [[0, 7], 1, Sum, [2, True]]
        - [-1, 1, Expand, [2]]
        - [-1, 1, Conv, [16, 3, 8]]
        - [-1, 1, ShuffleUnit, [16, 1]]
        - [-1, 1, C3TR, [16, 1]]
      head:
        - [[12], 1, Detect, [nc, anchors]]
      """;

  @TempDir private Path folder = Path.of("");

  static List<String> architectures() {
    return List.of(
        "yolov5n",
        "mobilenetv3small_yolo5s",
        "ghostnet_yolo5s",
        "efficientnetlite0_yolo5s",
        "yolov5s-v5.0",
        "yolov5s-ghost",
        "yolov5s-transformer",
        "yolov3-tiny");
  }

  static List<String> allModels() {
    return Zoo.names();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void heads_ofEachArchitecture_areThoseOfLibTorch(String name) throws Exception {
    Model model = Model.of(Zoo.open(name).withClasses(3));
    assertSame(model.graph(), small(model), FLOAT32);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("allModels")
  void heads_ofEachModel_areThoseOfLibTorch(String name) throws Exception {
    Model model = Model.of(Zoo.open(name).withClasses(3));
    assertSame(model.graph(), small(model), FLOAT32);
  }

  @Test
  void heads_ofRareOperations_areThoseOfLibTorch() throws Exception {
    Path file = Files.writeString(folder.resolve("rare.yaml"), RARE);
    Graph graph = Model.of(ModelDescription.read(file)).graph();
    OnnxOptions raw = OnnxOptions.defaults().withOutput(OnnxOptions.Output.RAW);
    InputShape fixed = new InputShape(2, 64, 96, Set.of());
    assertSame(graph, raw.withShape(fixed), FLOAT32);
    InputShape free = fixed.withDynamic(InputShape.Axis.values());
    assertSame(graph, raw.withShape(free), FLOAT32);
  }

  @ParameterizedTest
  @EnumSource(InputShape.Axis.class)
  void heads_ofShuffleNetWithOneDynamicSize_areThoseOfLibTorch(InputShape.Axis axis)
      throws Exception {
    Graph graph = Model.of(Zoo.open("shufflenetv2_yolo5s").withClasses(3)).graph();
    InputShape shape = new InputShape(2, 64, 96, Set.of()).withDynamic(axis);
    OnnxOptions raw = OnnxOptions.defaults().withOutput(OnnxOptions.Output.RAW);
    assertSame(graph, raw.withShape(shape), FLOAT32);
  }

  @ParameterizedTest
  @EnumSource(InputShape.Axis.class)
  void decoded_oneDynamicSize_isOurs(InputShape.Axis axis) throws Exception {
    InputShape shape = new InputShape(2, 64, 96, Set.of()).withDynamic(axis);
    Graph graph = Model.of(Zoo.open("yolov5n")).graph();
    assertSame(graph, OnnxOptions.defaults().withShape(shape), FLOAT32);
  }

  @Test
  void decoded_allSizesDynamic_isOursAtOtherSizes() throws Exception {
    InputShape shape = InputShape.square(64).withDynamic(InputShape.Axis.values());
    Graph graph = Model.of(Zoo.open("yolov5n")).graph();
    OnnxOptions options = OnnxOptions.defaults().withShape(shape);
    StateDict state = LivelyState.of(graph);
    Path file = write(graph, state, options);
    assertSame(graph, state, file, options, new InputShape(3, 96, 160, Set.of()), FLOAT32);
  }

  @ParameterizedTest
  @CsvSource({"13", "14", "15", "18", "19", "21"})
  void decoded_eachOpset_isOurs(int opset) throws Exception {
    Model model = Model.of(Zoo.open("mobilenetv3small_yolo5s").withClasses(3));
    assertSame(
        model.graph(),
        OnnxOptions.defaults().withShape(InputShape.square(64)).withOpset(opset),
        FLOAT32);
  }

  @Test
  void decoded_batchNormsAndBytesLeftToTheRuntime_isOurs() throws Exception {
    OnnxOptions options =
        OnnxOptions.defaults()
            .withShape(InputShape.square(64))
            .withInput(OnnxOptions.Input.UINT8)
            .withFoldedBatchNorms(false);
    assertSame(Model.of(Zoo.open("yolov5n")).graph(), options, FLOAT32);
  }

  @Test
  void heads_inFloat16_areCloseAndTheFileIsHalf() throws Exception {
    Graph graph = Model.of(Zoo.open("yolov5n")).graph();
    OnnxOptions options =
        OnnxOptions.defaults()
            .withShape(InputShape.square(64).withBatch(2))
            .withOutput(OnnxOptions.Output.RAW);
    assertSame(graph, options.withHalf(OnnxOptions.Half.WEIGHTS), STORED_HALF);
    assertSame(graph, options.withHalf(OnnxOptions.Half.COMPUTE), COMPUTED_HALF);
    StateDict state = LivelyState.of(graph);
    long full = Files.size(write(graph, state, options));
    for (OnnxOptions.Half half : List.of(OnnxOptions.Half.WEIGHTS, OnnxOptions.Half.COMPUTE)) {
      long bytes = Files.size(write(graph, state, options.withHalf(half)));
      assertThat((double) bytes / full).isBetween(0.5, 0.56);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 17, 18, 21})
  void suppressed_realPicture_keepsWhatOurSuppressionKeeps(int opset) throws Exception {
    assertKept(OnnxOptions.defaults().withOpset(opset), "data/images/bus.jpg");
  }

  @Test
  void suppressed_acrossClassesAndFewer_keepsWhatOurSuppressionKeeps() throws Exception {
    Thresholds low = new Thresholds(0.05, 0.3, 20, true);
    assertKept(OnnxOptions.defaults().withThresholds(low), "data/images/bus.jpg");
    Thresholds few = new Thresholds(0.02, 0.45, 7, false);
    assertKept(OnnxOptions.defaults().withThresholds(few), "data/images/bus.jpg");
  }

  private static OnnxOptions small(Model model) {
    int side = Math.max(64, model.head().maxStride());
    return OnnxOptions.defaults()
        .withShape(InputShape.square(side).withBatch(2))
        .withOutput(OnnxOptions.Output.RAW);
  }

  private void assertKept(OnnxOptions asked, String picture) throws Exception {
    LoadedModel model =
        LoadedModel.open(Shared.path("weights/yolov5n-coco-v6.0.pt"), Optional.empty());
    Image image = ImageDecoders.preferred().read(Shared.path(picture));
    Letterbox letterbox = Letterbox.of(image.size(), LetterboxOptions.square(640));
    ByteBuffer pixels = ByteBuffer.allocateDirect(640 * 640 * 3);
    letterbox.apply(image, Interpolation.LINEAR, pixels, 0);
    byte[] bytes = new byte[pixels.capacity()];
    pixels.get(0, bytes);
    OnnxOptions options = asked.withOutput(OnnxOptions.Output.SUPPRESSED);
    Path file = write(model.graph(), model.state(), options);
    Thresholds thresholds = options.thresholds();
    NmsOptions nms =
        NmsOptions.detection()
            .withIouThreshold(thresholds.iou())
            .withAgnostic(thresholds.agnostic())
            .withMaxDetections(thresholds.maxDetections());
    Candidates candidates = new Candidates();
    try (OnnxRunner runner = new OnnxRunner(file);
        TorchExecutor executor =
            TorchExecutor.create(model.graph(), model.state(), TorchOptions.defaults())) {
      List<RawHead> heads = executor.run(new ImageBatch(pixels, 1, 640, 640));
      new HeadDecoder(executor.head())
          .decode(heads, 0, CandidateFilter.of((float) thresholds.confidence()), candidates);
      int[] kept = new NonMaxSuppression(nms).keep(candidates);
      assertThat(kept.length).isGreaterThan(3);
      Map<String, OnnxRunner.Output> found = runner.run(bytes, 1, 640, 640);
      assertThat(output(found, "scores").shape()).containsExactly(kept.length);
      assertThat(output(found, "boxes").shape()).containsExactly(kept.length, 4);
      for (int i = 0; i < kept.length; i++) {
        assertThat(output(found, "classes").values()[i]).isEqualTo(candidates.classId(kept[i]));
        assertThat(output(found, "scores").values()[i])
            .isCloseTo(candidates.score(kept[i]), offset(1e-4f));
        float[] box = {
          candidates.box(kept[i]).x1(),
          candidates.box(kept[i]).y1(),
          candidates.box(kept[i]).x2(),
          candidates.box(kept[i]).y2()
        };
        for (int k = 0; k < box.length; k++) {
          assertThat(output(found, "boxes").values()[4 * i + k]).isCloseTo(box[k], offset(0.02f));
        }
      }
    }
  }

  private void assertSame(Graph graph, OnnxOptions options, double tolerance) throws Exception {
    StateDict state = LivelyState.of(graph);
    Path file = write(graph, state, options);
    assertSame(graph, state, file, options, options.shape(), tolerance);
  }

  private Path write(Graph graph, StateDict state, OnnxOptions options) throws IOException {
    OnnxModel model = new OnnxExporter(options).export(graph, state, Map.of());
    Path file = folder.resolve("model.onnx");
    model.write(file);
    assertThat(Files.size(file)).isEqualTo(model.bytes());
    OnnxCheck check = OnnxCheck.of(file);
    assertThat(check.nodes()).isEqualTo(model.nodes());
    assertThat(check.opset()).isEqualTo(options.opset());
    return file;
  }

  private static void assertSame(
      Graph graph,
      StateDict state,
      Path file,
      OnnxOptions options,
      InputShape shape,
      double tolerance)
      throws Exception {
    byte[] pixels = new byte[shape.batch() * shape.height() * shape.width() * 3];
    new Random(7).nextBytes(pixels);
    ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(0, pixels);
    ImageBatch batch = new ImageBatch(direct, shape.batch(), shape.height(), shape.width());
    try (OnnxRunner runner = new OnnxRunner(file);
        TorchExecutor executor =
            TorchExecutor.create(graph, state, TorchOptions.defaults().withOwnKernels(false))) {
      List<RawHead> heads = executor.run(batch);
      Map<String, OnnxRunner.Output> found =
          runner.run(pixels, shape.batch(), shape.height(), shape.width());
      if (options.output() == OnnxOptions.Output.RAW) {
        for (int i = 0; i < heads.size(); i++) {
          float[] expected = new float[heads.get(i).values().remaining()];
          heads.get(i).values().get(0, expected);
          assertPicturesDiffer(expected);
          assertClose("head" + i, output(found, "head" + i).values(), expected, tolerance);
        }
        return;
      }
      float[] decoded = output(found, "output").values();
      int each = decoded.length / shape.batch();
      for (int n = 0; n < shape.batch(); n++) {
        float[] expected = new HeadDecoder(executor.head()).decodeAll(heads, n);
        float[] actual = Arrays.copyOfRange(decoded, n * each, (n + 1) * each);
        assertClose("picture " + n, actual, expected, tolerance);
      }
    }
  }

  private static OnnxRunner.Output output(Map<String, OnnxRunner.Output> found, String name) {
    return Objects.requireNonNull(found.get(name), name);
  }

  /** What a network makes of its biases alone would be right whatever came before them. */
  private static void assertPicturesDiffer(float[] values) {
    double largest = 0;
    double difference = 0;
    int half = values.length / 2;
    for (int i = 0; i < half; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
      difference = Math.max(difference, Math.abs(values[i] - values[half + i]));
    }
    assertThat(difference).as("effect of the picture").isGreaterThan(0.01 * largest);
  }

  private static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    double[] wide = new double[expected.length];
    double largest = 0;
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (int i = 0; i < wide.length; i++) {
      wide[i] = expected[i];
      largest = Math.max(largest, Math.abs(wide[i]));
      low = Math.min(low, wide[i]);
      high = Math.max(high, wide[i]);
    }
    assertThat(high - low).as("range of " + what).isGreaterThan(0.1 * largest);
    Closeness.assertClose(what, actual, wide, tolerance, tolerance * largest);
  }
}
