package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.StepTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CalibrationTest {
  private static final String CONV = "dense convolution: many channels";

  @TempDir private Path folder = Path.of("");

  /** Samples over four decades of size, of intensities on both sides of the ridge. */
  private static List<CalibrationSample> samples(double a, double b, double c) {
    List<CalibrationSample> samples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double compute = 1e-6 * Math.pow(10, i / 10.0);
      double memory = compute * Math.pow(10, (i * 7 % 20 - 10) / 10.0);
      double seconds = Math.max(a * compute, b * memory) + c;
      samples.add(
          new CalibrationSample(CONV, Category.DENSE_CONVOLUTION, compute, memory, seconds, false));
    }
    return samples;
  }

  @Test
  void fit_knownEfficiencies_areRecovered() {
    ClassRule rule = ClassRule.fit(samples(1.5, 3, 4e-6));
    assertThat(rule.arithmetic()).isCloseTo(1.5, within(0.02));
    assertThat(rule.traffic()).isCloseTo(3, within(0.03));
    assertThat(rule.issue()).isCloseTo(4e-6, within(1e-7));
    assertThat(rule.samples()).isEqualTo(40);
  }

  @Test
  void fit_oneInTenDisturbed_hardlyMoves() {
    List<CalibrationSample> samples = samples(1.5, 3, 4e-6);
    for (int i = 5; i < samples.size(); i += 10) {
      CalibrationSample s = samples.get(i);
      samples.set(
          i,
          new CalibrationSample(
              s.operation(), s.category(), s.compute(), s.memory(), 5 * s.seconds(), false));
    }
    ClassRule rule = ClassRule.fit(samples);
    assertThat(rule.arithmetic()).isCloseTo(1.5, within(0.1));
    assertThat(rule.traffic()).isCloseTo(3, within(0.2));
  }

  /** Most samples of a class paged: the others alone say what its operations take. */
  @Test
  void fit_pagedSamples_areLeftOutWhereOthersAre() {
    List<CalibrationSample> samples = new ArrayList<>(samples(1.5, 3, 4e-6));
    for (int i = 0; i < samples.size(); i++) {
      if (i % 4 != 0) {
        samples.set(i, paged(samples.get(i)));
      }
    }
    Calibration calibration = Calibration.fit(Profiles.ROOFS, "an executor", samples, 1e-6);
    ClassRule rule = calibration.rule(CONV, Category.DENSE_CONVOLUTION);
    assertThat(rule.samples()).isEqualTo(10);
    assertThat(rule.arithmetic()).isCloseTo(1.5, within(0.05));
    assertThat(rule.traffic()).isCloseTo(3, within(0.1));
    samples.replaceAll(CalibrationTest::paged);
    Calibration slow = Calibration.fit(Profiles.ROOFS, "an executor", samples, 1e-6);
    assertThat(slow.rule(CONV, Category.DENSE_CONVOLUTION).samples()).isEqualTo(40);
  }

  private static CalibrationSample paged(CalibrationSample s) {
    return new CalibrationSample(
        s.operation(), s.category(), s.compute(), s.memory(), 20 * s.seconds(), true);
  }

  /** A layer whose faults cost over a tenth of its time is a paged sample; one at a tenth isn't. */
  @Test
  void of_layersWithPageFaults_areMarked() {
    Graph graph = at(CalibrationNetwork.of(Activation.Kind.SILU), 64);
    LayerWork step = cut(graph).get(0);
    List<ProfiledLayer> layers =
        Stream.of(Cell.UNAVAILABLE, Cell.derived(1e-4), Cell.derived(1.01e-4))
            .map(paging -> layer(step, paging))
            .toList();
    assertThat(
            CalibrationSample.of(
                Profiles.of("a model", 3e-3, layers.toArray(ProfiledLayer[]::new)), graph))
        .extracting(CalibrationSample::paged)
        .containsExactly(false, false, true);
  }

  private static ProfiledLayer layer(LayerWork step, Cell paging) {
    Cell none = Cell.UNAVAILABLE;
    return new ProfiledLayer(
        step,
        new Timing(1e-3, 1e-3, 1e-3),
        0,
        0,
        RoofTime.of(step, Profiles.ROOFS),
        new LayerCounts(none, paging, none, none, none));
  }

  @Test
  void seconds_growWithEveryValue() {
    ClassRule rule = new ClassRule(1.5, 3, 1e-6, 1);
    assertThat(rule.seconds(2, 1)).isGreaterThanOrEqualTo(rule.seconds(1, 1));
    assertThat(rule.seconds(1, 2)).isGreaterThan(rule.seconds(1, 1));
    assertThat(new ClassRule(4, 3, 1e-6, 1).seconds(1, 1)).isGreaterThan(rule.seconds(1, 1));
    assertThat(new ClassRule(1.5, 4, 1e-6, 1).seconds(1, 1)).isGreaterThan(rule.seconds(1, 1));
    assertThat(new ClassRule(1.5, 3, 2e-6, 1).seconds(1, 1)).isGreaterThan(rule.seconds(1, 1));
  }

  @Test
  void rule_unknownClass_isItsCategorysOrAnError() {
    Calibration calibration =
        Calibration.fit(Profiles.ROOFS, "an executor", samples(1, 2, 1e-6), 1e-6);
    assertThat(calibration.rule("dense convolution: other", Category.DENSE_CONVOLUTION))
        .isEqualTo(calibration.rules().get("dense convolution"));
    assertThatThrownBy(() -> calibration.rule("max pool: MaxPool", Category.MAX_POOL))
        .hasMessage(
            "no rule tells the time of 'max pool: MaxPool'; calibrated are dense convolution, "
                + CONV);
  }

  @Test
  void values_thatCantBe_areRefused() {
    assertThatThrownBy(() -> ClassRule.fit(List.of()))
        .hasMessage("a rule can't be fitted without samples");
    assertThatThrownBy(() -> new ClassRule(-1, 1, 0, 1))
        .hasMessage(
            "a rule needs factors that are not negative and at least 1 sample, got -1.0, 1.0, 0.0 of 1");
    assertThatThrownBy(() -> new CalibrationSample("x", Category.ADD, 0, -1, 0, false))
        .hasMessage(
            "times of a calibration sample must not be negative, got 0.0, -1.0 and 0.0 for x");
    assertThatThrownBy(() -> new Calibration(1, Profiles.ROOFS, "e", 0, Map.of()))
        .hasMessage(
            "a calibration needs rules and a gap that is not negative, got 0 rules and 0.0");
  }

  @Test
  void cache_keepsAndForgets() throws IOException {
    Calibration calibration =
        Calibration.fit(Profiles.ROOFS, "an executor", samples(1, 2, 1e-6), 1e-6);
    CalibrationCache cache = new CalibrationCache(folder.resolve("made"));
    assertThat(cache.find(Profiles.ROOFS, "an executor")).isEmpty();
    cache.keep(calibration);
    assertThat(cache.find(Profiles.ROOFS, "an executor")).contains(calibration);
    assertThat(cache.find(Profiles.ROOFS, "another")).isEmpty();
    try (Stream<Path> files = Files.list(folder.resolve("made"))) {
      Path file = files.findFirst().orElseThrow();
      String text = Files.readString(file);
      Files.writeString(
          file, text.replace("\"version\" : " + Calibration.VERSION, "\"version\" : 0"));
      assertThat(cache.find(Profiles.ROOFS, "an executor")).isEmpty();
      Files.writeString(file, "{");
      assertThat(cache.find(Profiles.ROOFS, "an executor")).isEmpty();
    }
  }

  /** Every step takes twice its roof and a microsecond: another network's time must come out. */
  @Test
  void forecast_ofAnotherNetworkUnderTheSameRule_isExact() {
    List<CalibrationSample> samples = new ArrayList<>();
    for (int side : CalibrationNetwork.SIDES) {
      Graph graph = at(CalibrationNetwork.of(Activation.Kind.SILU), side);
      for (LayerWork step : cut(graph)) {
        samples.add(sample(graph, step));
      }
    }
    Calibration calibration = Calibration.fit(Profiles.ROOFS, "an executor", samples, 2e-6);
    Graph other = at(CalibrationNetwork.of(Activation.Kind.SILU), 448);
    List<LayerWork> steps = cut(other);
    Forecast forecast = Forecast.of(other, steps, Profiles.ROOFS, calibration);
    double expected =
        steps.stream().mapToDouble(step -> sample(other, step).seconds() + 2e-6).sum();
    assertThat(forecast.endToEnd()).isCloseTo(expected, within(0.01 * expected));
    assertThat(forecast.byCategory())
        .containsKeys(
            Category.DENSE_CONVOLUTION,
            Category.POINTWISE_CONVOLUTION,
            Category.DEPTHWISE_CONVOLUTION,
            Category.BATCH_NORM,
            Category.ACTIVATION,
            Category.SQUEEZE_EXCITE,
            Category.MAX_POOL,
            Category.UPSAMPLE,
            Category.CONCAT,
            Category.ADD,
            Category.INPUT,
            Category.HEAD);
  }

  private static CalibrationSample sample(Graph graph, LayerWork step) {
    RoofTime roof = RoofTime.of(step, Profiles.ROOFS);
    return new CalibrationSample(
        OperationClass.of(graph, step),
        step.category(),
        roof.compute(),
        roof.memory(),
        2 * roof.seconds() + 1e-6,
        false);
  }

  private static Graph at(Graph graph, int side) {
    return graph.withInputs(Shape.of(1, 3, side, side));
  }

  private static List<LayerWork> cut(Graph graph) {
    int nodes = graph.nodes().size();
    return LayerCut.of(
        graph,
        IntStream.range(0, nodes).boxed().toList(),
        0,
        StepTypes.all(nodes, ElementType.F32));
  }
}
