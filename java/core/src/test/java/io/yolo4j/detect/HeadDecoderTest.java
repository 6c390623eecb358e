package io.yolo4j.detect;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadDecoderTest {
  private static final double[][] COCO_ANCHORS = {
    {10, 13, 16, 30, 33, 23}, {30, 61, 62, 45, 59, 119}, {116, 90, 156, 198, 373, 326}
  };

  @Test
  void decodeAll_moduleFixture_matches() {
    matches(Shared.tensors("forward/module_detect.safetensors"), 6);
  }

  @Test
  void decodeAll_wholeModelFixture_matches() {
    matches(Shared.tensors("forward/model_yolov5n_coco_bus320.safetensors"), 80);
  }

  private static void matches(TensorFixture fixture, int classes) {
    DetectionHead head = cocoHead(classes);
    List<RawHead> heads = rawHeads(fixture);
    TensorFixture.Entry decoded = fixture.get("decoded");
    int perImage = decoded.shape()[1] * decoded.shape()[2];
    for (int image = 0; image < decoded.shape()[0]; image++) {
      float[] actual = new HeadDecoder(head).decodeAll(heads, image);
      double[] expected =
          Arrays.copyOfRange(decoded.values(), image * perImage, (image + 1) * perImage);
      assertClose(
          "boxes",
          columns(actual, head.outputs(), 0, 4),
          columns(expected, head.outputs(), 0, 4),
          1e-4,
          5e-3);
      assertClose(
          "probabilities",
          columns(actual, head.outputs(), 4, head.outputs()),
          columns(expected, head.outputs(), 4, head.outputs()),
          1e-4,
          1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "0, true",
    "0.001, false",
    "0.001, true",
    "0.25, true",
    "0.6, false",
    "0.99, true",
    "0.9999, true",
    "1, true"
  })
  void decode_randomHeads_equalsTheFilteredFullDecode(float confidence, boolean multiLabel) {
    DetectionHead head = cocoHead(3);
    List<RawHead> heads = randomHeads(head, 7);
    HeadDecoder decoder = new HeadDecoder(head);
    CandidateFilter filter = CandidateFilter.of(confidence).withMultiLabel(multiLabel);
    Candidates plain = new Candidates();
    Rows.filter(decoder.decodeAll(heads, 1), head.outputs(), filter, plain);
    equalsPlain(decoder, heads, filter, plain);
    equalsPlain(decoder, direct(heads), filter, plain);
  }

  private static void equalsPlain(
      HeadDecoder decoder, List<RawHead> heads, CandidateFilter filter, Candidates plain) {
    Candidates fused = new Candidates();
    decoder.decode(heads, 1, filter, fused);
    assertThat(fused.size()).isEqualTo(plain.size());
    assertThat(fused.size() > 0).isEqualTo(filter.confidence() < 1);
    for (int i = 0; i < fused.size(); i++) {
      assertThat(fused.box(i)).isEqualTo(plain.box(i));
      assertThat(fused.score(i)).isEqualTo(plain.score(i));
      assertThat(fused.classId(i)).isEqualTo(plain.classId(i));
    }
  }

  /** The same values where the kernels read them. */
  private static List<RawHead> direct(List<RawHead> heads) {
    List<RawHead> copies = new ArrayList<>();
    for (RawHead raw : heads) {
      FloatBuffer values =
          ByteBuffer.allocateDirect(4 * raw.values().limit())
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer()
              .put(0, raw.values(), 0, raw.values().limit());
      copies.add(
          new RawHead(
              values, raw.images(), raw.anchors(), raw.height(), raw.width(), raw.outputs()));
    }
    return copies;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decode_classFilter_isAppliedAfterTheBestClass(boolean onTheKernels) {
    DetectionHead head = cocoHead(3);
    List<RawHead> random = randomHeads(head, 9);
    List<RawHead> heads = onTheKernels ? direct(random) : random;
    Candidates all = new Candidates();
    new HeadDecoder(head).decode(heads, 0, CandidateFilter.of(0.3f), all);
    Candidates some = new Candidates();
    CandidateFilter filter = CandidateFilter.of(0.3f).withClasses(Set.of(2));
    new HeadDecoder(head).decode(heads, 0, filter, some);
    int expected = 0;
    for (int i = 0; i < all.size(); i++) {
      expected += all.classId(i) == 2 ? 1 : 0;
    }
    assertThat(some.size()).isEqualTo(expected).isPositive();
    CandidateFilter unknown = CandidateFilter.of(0.3f).withClasses(Set.of(3));
    assertThatThrownBy(() -> new HeadDecoder(head).decode(heads, 0, unknown, some))
        .hasMessage("class ids must be below 3, the network's number of classes, got [3]");
  }

  @Test
  void decode_nanOutputs_giveNothing() {
    DetectionHead head = cocoHead(2);
    List<RawHead> heads = randomHeads(head, 1);
    for (RawHead raw : heads) {
      for (int i = 0; i < raw.values().limit(); i++) {
        raw.values().put(i, Float.NaN);
      }
    }
    Candidates candidates = new Candidates();
    new HeadDecoder(head).decode(heads, 0, CandidateFilter.of(0), candidates);
    new HeadDecoder(head).decode(direct(heads), 0, CandidateFilter.of(0), candidates);
    assertThat(candidates.size()).isZero();
  }

  @Test
  void decode_wrongHeads_throws() {
    List<RawHead> heads = randomHeads(cocoHead(3), 7);
    HeadDecoder other = new HeadDecoder(cocoHead(5));
    Candidates candidates = new Candidates();
    assertThatThrownBy(() -> other.decode(heads, 0, CandidateFilter.of(0.5f), candidates))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("raw head 0 must have 3 anchors of 10 outputs, got 3 anchors of 8 outputs");
    HeadDecoder same = new HeadDecoder(cocoHead(3));
    assertThatThrownBy(() -> same.decodeAll(heads.subList(0, 2), 0))
        .hasMessage("the network has 3 detection levels, got 2 raw heads");
    assertThatThrownBy(() -> same.decodeAll(heads, 2))
        .hasMessage("picture 2 is not in a batch of 2");
  }

  static DetectionHead cocoHead(int classes) {
    List<DetectionHead.Level> levels = new ArrayList<>();
    for (int l = 0; l < 3; l++) {
      List<DetectionHead.Anchor> anchors = new ArrayList<>();
      for (int a = 0; a < 3; a++) {
        anchors.add(
            new DetectionHead.Anchor(
                (float) COCO_ANCHORS[l][2 * a], (float) COCO_ANCHORS[l][2 * a + 1]));
      }
      levels.add(new DetectionHead.Level(8 << l, anchors));
    }
    return new DetectionHead(classes, levels);
  }

  private static List<RawHead> rawHeads(TensorFixture fixture) {
    List<RawHead> heads = new ArrayList<>();
    for (int l = 0; l < 3; l++) {
      TensorFixture.Entry raw = fixture.get("raw" + l);
      int[] shape = raw.shape();
      heads.add(
          new RawHead(
              FloatBuffer.wrap(raw.floats()), shape[0], shape[1], shape[2], shape[3], shape[4]));
    }
    return heads;
  }

  private static List<RawHead> randomHeads(DetectionHead head, long seed) {
    Random random = new Random(seed);
    List<RawHead> heads = new ArrayList<>();
    for (DetectionHead.Level level : head.levels()) {
      int height = 64 / level.stride();
      int width = 96 / level.stride();
      float[] values = new float[2 * 3 * height * width * head.outputs()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * 8;
      }
      heads.add(new RawHead(FloatBuffer.wrap(values), 2, 3, height, width, head.outputs()));
    }
    return heads;
  }

  private static float[] columns(float[] rows, int width, int from, int to) {
    float[] columns = new float[rows.length / width * (to - from)];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = rows[i / (to - from) * width + from + i % (to - from)];
    }
    return columns;
  }

  private static double[] columns(double[] rows, int width, int from, int to) {
    double[] columns = new double[rows.length / width * (to - from)];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = rows[i / (to - from) * width + from + i % (to - from)];
    }
    return columns;
  }
}
