package io.yolo4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.graph.Graph;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.CalibrationMethod;
import io.yolo4j.runtime.Calibrator;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.testing.SpreadHeads;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The search on a network one of whose feature maps bytes can't span, on pictures whose labels are
 * what the network finds in float32.
 */
@Timeout(300)
final class Int8SearchTest {
  private static final PlanOptions PLAN = PlanOptions.defaults().withThreads(2);
  private static final ValidationOptions OPTIONS =
      ValidationOptions.defaults().withImageSize(96).withBatchSize(2).withRectangular(false);

  /** Of a feature map's range, so that a byte tells next to nothing of it. */
  private static final double WIDER = 60;

  @TempDir private Path folder = Path.of("");

  private final Graph graph = Model.of(Zoo.find("yolov3-tiny").orElseThrow()).graph();
  private final StateDict state = SpreadHeads.of(graph, "model.20");
  private final Int8Search search =
      new Int8Search(options -> PlanExecutor.create(graph, state, options), PLAN, OPTIONS);

  private Dataset labelled() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      Image picture = Pictures.random(96, 96, seed);
      Path file = folder.resolve(seed + ".png");
      ImageWriter.write(picture, file);
      samples.add(new Sample(file, picture.size(), List.of()));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < graph.requireHead().classes(); i++) {
      names.add("class " + i);
    }
    Dataset plain = new Dataset("noise", names, samples, List.of());
    List<Sample> labelled = new ArrayList<>();
    search.measured(
        PLAN,
        plain,
        new ValidationListener() {
          @Override
          public void pictureDone(Sample sample, List<Detection> found) {
            labelled.add(new Sample(sample.image(), sample.size(), labels(sample, found)));
          }
        });
    return new Dataset("noise", names, labelled, List.of());
  }

  private static List<Label> labels(Sample sample, List<Detection> found) {
    return found.stream()
        .filter(one -> one.confidence() > 0.5f)
        .map(one -> new Label(one.classId(), one.normalized(sample.size()).clipped()))
        .toList();
  }

  private Calibration calibrated(Dataset pictures) {
    try (Calibrator calibrator = Calibrator.create(graph, state, 2)) {
      new Validator(calibrator, OPTIONS).run(pictures, new ValidationListener() {});
      return calibrator.calibration(CalibrationMethod.of(CalibrationMethod.Kind.LARGEST));
    }
  }

  private List<String> convolutions() {
    try (Calibrator calibrator = Calibrator.create(graph, state, 2)) {
      return calibrator.convolutions();
    }
  }

  private static Calibration widened(Calibration calibration, String name) {
    Map<String, Calibration.Range> ranges = new HashMap<>(calibration.ranges());
    ranges.computeIfPresent(
        name, (key, range) -> new Calibration.Range(WIDER * range.low(), WIDER * range.high()));
    return new Calibration(ranges, Set.of(), "test", calibration.images());
  }

  @Test
  void withinTolerance_oneMapThatBytesCannotSpan_keepsItsReaderInFloats() throws IOException {
    assumeTrue(
        NativeLibrary.load().cpu().multiplies(ElementType.U8),
        "this CPU has no instructions for convolutions of bytes");
    Dataset pictures = labelled();
    List<String> convolutions = convolutions();
    String writer = convolutions.get(3);
    String reader = convolutions.get(4);
    double exact = search.measured(PLAN, pictures, new ValidationListener() {}).map50To95();
    assertThat(exact).isGreaterThan(0.9);
    Calibration good = calibrated(pictures);
    Calibration bad = widened(good, writer);
    double tolerance = loss(exact, good, pictures) + 0.05;
    List<Set<String>> tried = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    Calibration found =
        Int8Search.withinTolerance(
            bad,
            () -> List.copyOf(search.errors(bad, convolutions, pictures, name -> {}).keySet()),
            calibration -> {
              tried.add(calibration.inFloat());
              losses.add(loss(exact, calibration, pictures));
              return losses.get(losses.size() - 1);
            },
            tolerance);
    assertThat(losses.get(0)).as("on bytes alone").isGreaterThan(tolerance);
    assertThat(tried).containsExactly(Set.of(), Set.of(reader));
    assertThat(found.inFloat()).containsExactly(reader);
    assertThat(losses.get(1)).isLessThanOrEqualTo(tolerance);
  }

  private double loss(double exact, Calibration calibration, Dataset pictures) {
    return exact
        - search
            .measured(PLAN.withInt8(calibration), pictures, new ValidationListener() {})
            .map50To95();
  }

  @Test
  void withinTolerance_smallLoss_looksForNothing() {
    Calibration calibration = new Calibration(Map.of(), Set.of(), "test", 1);
    Calibration found =
        Int8Search.withinTolerance(
            calibration,
            () -> {
              throw new AssertionError("nothing is to be kept in floats");
            },
            tried -> 0.01,
            0.01);
    assertThat(found).isSameAs(calibration);
  }

  @Test
  void withinTolerance_nothingHelps_triesTwiceAsManyEachTime() {
    Calibration calibration = new Calibration(Map.of(), Set.of(), "test", 1);
    List<Integer> tried = new ArrayList<>();
    Calibration found =
        Int8Search.withinTolerance(
            calibration,
            () -> List.of("a", "b", "c", "d", "e", "f"),
            one -> {
              tried.add(one.inFloat().size());
              return 1;
            },
            0.5);
    assertThat(tried).containsExactly(0, 1, 2, 4);
    assertThat(found.inFloat()).containsExactlyInAnyOrder("a", "b", "c", "d");
  }
}
