package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.Graph;
import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.testing.SpreadHeads;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A detector computes class scores where the objectness passes its confidence; what it finds is
 * what a plan finds that computes all of them.
 */
final class ScoresOnDemandTest {
  private static final PlanOptions PLAN = PlanOptions.defaults().withThreads(2);

  private static LoadedModel model() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    Graph graph = model.graph();
    return new LoadedModel(model, graph, SpreadHeads.of(graph, "model.24"), List.of());
  }

  /** The same model with one value for every objectness. */
  private static LoadedModel withObjectness(float bias) {
    LoadedModel model = model();
    StateDict state = model.state();
    for (int level = 0; level < 3; level++) {
      String name = "model.24.m.%d.bias".formatted(level);
      float[] biases = state.get(name).toFloats();
      for (int anchor = 0; anchor < 3; anchor++) {
        biases[anchor * 85 + 4] = bias;
      }
      state = state.with(name, HostTensor.of(biases, state.get(name).shape()));
    }
    return new LoadedModel(model.model(), model.graph(), state, List.of());
  }

  private static Image noise(int width, int height, int seed) {
    byte[] rgb = new byte[width * height * Image.CHANNELS];
    new Random(seed).nextBytes(rgb);
    return Image.wrap(rgb, width, height);
  }

  private static PredictorOptions options(float confidence) {
    return PredictorOptions.defaults().withImageSize(96).withConfidence(confidence);
  }

  /** What a detector finds, and a predictor on a plan with whole heads. */
  private static List<Detection> same(LoadedModel model, PredictorOptions options, Image picture) {
    DetectorOptions detector = DetectorOptions.defaults().withPrediction(options).withPlan(PLAN);
    try (Detector onDemand = Detector.of(model, detector);
        PlanExecutor whole = PlanExecutor.create(model.graph(), model.state(), PLAN)) {
      List<Detection> expected =
          new Predictor(whole, List.of(), options).predict(picture).detections();
      List<Detection> actual = onDemand.detect(picture);
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < actual.size(); i++) {
        assertThat(actual.get(i).classId()).isEqualTo(expected.get(i).classId());
        assertThat(actual.get(i).confidence())
            .isCloseTo(expected.get(i).confidence(), within(1e-5f));
        close(actual.get(i).box(), expected.get(i).box());
      }
      return actual;
    }
  }

  private static void close(Box actual, Box expected) {
    assertThat(actual.x1()).isCloseTo(expected.x1(), within(1e-3f));
    assertThat(actual.y1()).isCloseTo(expected.y1(), within(1e-3f));
    assertThat(actual.x2()).isCloseTo(expected.x2(), within(1e-3f));
    assertThat(actual.y2()).isCloseTo(expected.y2(), within(1e-3f));
  }

  @ParameterizedTest
  @ValueSource(floats = {0.001f, 0.25f, 0.6f})
  void detect_anyConfidence_isWhatAWholePlanFinds(float confidence) {
    for (int seed = 0; seed < 4; seed++) {
      Image picture = noise(96, seed % 2 == 0 ? 96 : 60, seed);
      assertThat(same(model(), options(confidence), picture)).isNotEmpty();
    }
  }

  @Test
  void detect_tiles_isWhatAWholePlanFinds() {
    PredictorOptions tiles = options(0.4f).withTiling(TilingOptions.of(96));
    assertThat(same(model(), tiles, noise(250, 170, 3))).isNotEmpty();
  }

  @Test
  void detect_severalPasses_isWhatAWholePlanFinds() {
    assertThat(same(model(), options(0.4f).withAugment(true), noise(96, 96, 3))).isNotEmpty();
  }

  @Test
  void detect_confidencesOfClasses_isWhatAWholePlanFinds() {
    Image picture = noise(96, 96, 5);
    List<Detection> plain = same(model(), options(0.25f), picture);
    int first = plain.get(0).classId();
    PredictorOptions lower = options(0.9f).withClassConfidences(Map.of(first, 0.1f));
    assertThat(same(model(), lower, picture))
        .anyMatch(found -> found.classId() == first && found.confidence() < 0.9f);
    PredictorOptions higher = options(0.25f).withClassConfidences(Map.of(first, 0.99f));
    assertThat(same(model(), higher, picture)).hasSizeLessThan(plain.size());
  }

  @Test
  void detect_nothingPasses_findsNothing() {
    Image picture = noise(96, 96, 1);
    assertThat(same(model(), options(1), picture)).isEmpty();
    assertThat(same(withObjectness(-50), options(0.001f), picture)).isEmpty();
    assertThat(same(withObjectness(Float.NaN), options(0), picture)).isEmpty();
    assertThat(same(withObjectness(Float.NEGATIVE_INFINITY), options(0), picture)).isEmpty();
    assertThat(same(withObjectness(50), options(0.6f), picture)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0.001, true", "0.25, true", "0.6, false", "0, false"})
  void decode_batchOfThree_givesTheSameCandidates(float confidence, boolean multiLabel) {
    LoadedModel model = model();
    ImageBatch batch = ImageBatch.noise(3, 96, 64);
    CandidateFilter filter = CandidateFilter.of(confidence).withMultiLabel(multiLabel);
    HeadDecoder decoder = new HeadDecoder(model.graph().requireHead());
    PlanOptions demand = PLAN.withLeastObjectness(OptionalDouble.of(confidence));
    try (PlanExecutor whole = PlanExecutor.create(model.graph(), model.state(), PLAN);
        PlanExecutor onDemand = PlanExecutor.create(model.graph(), model.state(), demand)) {
      List<RawHead> expectedHeads = whole.run(batch);
      List<RawHead> heads = onDemand.run(batch);
      for (int image = 0; image < 3; image++) {
        Candidates expected = new Candidates();
        decoder.decode(expectedHeads, image, filter, expected);
        for (List<RawHead> given : List.of(heads, onTheHeap(heads))) {
          Candidates actual = new Candidates();
          decoder.decode(given, image, filter, actual);
          same(actual, expected);
        }
      }
    }
  }

  private static void same(Candidates actual, Candidates expected) {
    assertThat(actual.size()).isEqualTo(expected.size()).isPositive();
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.classId(i)).isEqualTo(expected.classId(i));
      assertThat(actual.score(i)).isCloseTo(expected.score(i), within(1e-5f));
      close(actual.box(i), expected.box(i));
    }
  }

  /** The same values where the kernels don't read them. */
  private static List<RawHead> onTheHeap(List<RawHead> heads) {
    List<RawHead> copies = new ArrayList<>();
    for (RawHead head : heads) {
      RawHead.ClassLogits given = Objects.requireNonNull(head.classLogits());
      RawHead.ClassLogits apart =
          new RawHead.ClassLogits(copy(given.values()), given.leastObjectness());
      copies.add(
          new RawHead(
              copy(head.values()),
              head.images(),
              head.anchors(),
              head.height(),
              head.width(),
              head.outputs(),
              head.layout(),
              apart));
    }
    return copies;
  }

  private static FloatBuffer copy(FloatBuffer values) {
    return FloatBuffer.allocate(values.capacity()).put(0, values, 0, values.capacity());
  }

  @Test
  void decode_lowerConfidenceThanThePlans_isRefused() {
    LoadedModel model = model();
    HeadDecoder decoder = new HeadDecoder(model.graph().requireHead());
    PlanOptions demand = PLAN.withLeastObjectness(OptionalDouble.of(0.25));
    try (PlanExecutor onDemand = PlanExecutor.create(model.graph(), model.state(), demand)) {
      List<RawHead> heads = onDemand.run(ImageBatch.noise(1, 64, 64));
      Candidates candidates = new Candidates();
      assertThatThrownBy(() -> decoder.decode(heads, 0, CandidateFilter.of(0.2f), candidates))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "raw head 0 has class scores where the objectness is above 0.25; the confidence must be at least that, got 0.2");
      CandidateFilter class3 = CandidateFilter.of(0.9f).withClassConfidences(Map.of(3, 0.1f));
      assertThatThrownBy(() -> decoder.decode(heads, 0, class3, candidates))
          .hasMessageEndingWith("got 0.1");
      assertThatThrownBy(() -> decoder.decodeAll(heads, 0)).hasMessageContaining("raw head 0 has");
      assertThat(candidates.size()).isZero();
    }
  }
}
