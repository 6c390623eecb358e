package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SameDeviceTest {
  private static final int SIDE = PlayedExecutor.SIDE;
  private static final long ISSUE_NANOS = PlayedExecutor.ISSUE_NANOS;

  private final Graph graph =
      BatchNormFolding.all(Model.of(Zoo.find("yolov5n").orElseThrow()).graph()).graph();
  private final Profile profile = profile();

  private Profile profile() {
    Profiler profiler =
        new Profiler(
            new PlayedExecutor(graph, node -> {}), new Profiler.Options(3, 1), () -> false);
    return profiler.profile(
        new Profiler.Subject("played", 10, SIDE, SIDE, ElementType.F32), Profiles.ROOFS);
  }

  private SameDevice.Answer ask(Scenario scenario) {
    return new SameDevice(scenario).of(profile, graph);
  }

  @Test
  void of_nothingChanged_isTheMeasurementExactly() {
    SameDevice.Answer answer = ask(Scenario.plain());
    assertThat(answer.evidence()).isEqualTo(Evidence.REPLAYED);
    assertThat(answer.endToEnd()).isEqualTo(profile.endToEnd().p50()).isEqualTo(answer.measured());
    assertThat(answer.layers()).hasSameSizeAs(graph.nodes());
    for (int node = 0; node < answer.layers().size(); node++) {
      assertThat(answer.layers().get(node))
          .isEqualTo(profile.layers().get(node).time().p50())
          .isEqualTo((ISSUE_NANOS + 1000L * (node + 1)) / 1e9);
    }
  }

  @Test
  void of_batch_growsAllButIssueAndWeights() {
    SameDevice.Answer answer = ask(Scenario.plain().withBatch(8));
    assertThat(answer.evidence()).isEqualTo(Evidence.SCALED);
    for (int node = 0; node < answer.layers().size(); node++) {
      LayerWork work = profile.layers().get(node).work();
      double measured = profile.layers().get(node).time().p50();
      double most = ISSUE_NANOS / 1e9 + 8 * (measured - ISSUE_NANOS / 1e9);
      if (work.bytes() == 0) {
        assertThat(answer.layers().get(node)).isEqualTo(measured);
      } else {
        // The played memory is ten times slower than its cache, which one picture may still fit.
        assertThat(answer.layers().get(node)).isBetween(measured, 100 * most);
      }
    }
    double sum = answer.layers().stream().mapToDouble(Double::doubleValue).sum();
    double before = profile.sum(layer -> layer.time().p50());
    assertThat(answer.endToEnd()).isCloseTo(profile.endToEnd().p50() + sum - before, within(1e-12));
  }

  @Test
  void of_float16_neverTakesLonger() {
    SameDevice.Answer answer = ask(Scenario.plain().withType(ElementType.F16));
    assertThat(answer.evidence()).isEqualTo(Evidence.SCALED);
    for (int node = 0; node < answer.layers().size(); node++) {
      assertThat(answer.layers().get(node))
          .isLessThanOrEqualTo(profile.layers().get(node).time().p50());
    }
    assertThat(answer.endToEnd()).isLessThan(answer.measured());
  }

  @Test
  void of_fusedActivations_leavesTheirArithmetic() {
    SameDevice.Answer answer = ask(Scenario.plain().withFusedActivations(true));
    assertThat(answer.evidence()).isEqualTo(Evidence.SCALED);
    int fused = 0;
    for (int node = 0; node < answer.layers().size(); node++) {
      ProfiledLayer layer = profile.layers().get(node);
      if (layer.work().category() == Category.ACTIVATION) {
        fused++;
        double work = layer.time().p50() - ISSUE_NANOS / 1e9;
        double share = layer.roof().compute() / layer.roof().seconds();
        assertThat(answer.layers().get(node)).isCloseTo(work * share, within(1e-15));
      } else {
        assertThat(answer.layers().get(node)).isEqualTo(layer.time().p50());
      }
    }
    assertThat(fused).isEqualTo(57);
  }

  @Test
  void of_operationWithoutARule_goesByTheRoofs() {
    Map<String, ClassRule> rules = new TreeMap<>();
    rules.put(Category.DENSE_CONVOLUTION.title(), new ClassRule(2, 3, 5e-6, 1));
    Scenario scenario = Scenario.plain().withBatch(8);
    Calibration calibration =
        new Calibration(Calibration.VERSION, Profiles.ROOFS, "played", 0, rules);
    SameDevice.Answer answer = new SameDevice(scenario, calibration).of(profile, graph);
    SameDevice.Answer plain = ask(scenario);
    for (int node = 0; node < answer.layers().size(); node++) {
      if (profile.layers().get(node).work().category() == Category.ACTIVATION) {
        assertThat(answer.layers().get(node)).isEqualTo(plain.layers().get(node));
      }
    }
  }

  /** Independent of the code: what the rule's formula says, by hand. */
  @Test
  void of_batchWithACalibration_growsAsTheRuleOfTheClass() {
    Map<String, ClassRule> rules = new TreeMap<>();
    rules.put("view", new ClassRule(0, 0, 1e-6, 1));
    for (Category category : Category.values()) {
      rules.put(category.title(), new ClassRule(2, 3, 5e-6, 1));
    }
    Calibration calibration =
        new Calibration(Calibration.VERSION, Profiles.ROOFS, "played", 0, rules);
    Scenario scenario = Scenario.plain().withBatch(8);
    SameDevice.Answer answer = new SameDevice(scenario, calibration).of(profile, graph);
    assertThat(answer.evidence()).isEqualTo(Evidence.CALIBRATED);
    for (int node = 0; node < answer.layers().size(); node++) {
      ProfiledLayer layer = profile.layers().get(node);
      LayerWork work = layer.work();
      double measured = layer.time().p50();
      double expected = measured;
      if (work.bytes() > 0) {
        double memory = 0;
        List<Long> tensors = new ArrayList<>(work.inputBytes());
        tensors.add(work.outputBytes());
        for (long bytes : tensors) {
          memory += seconds(8 * bytes);
        }
        memory += seconds(work.weightBytes());
        double after = Math.max(2 * 8 * work.flops() / 100e9, 3 * memory) + 5e-6;
        double before = Math.max(2 * layer.roof().compute(), 3 * layer.roof().memory()) + 5e-6;
        expected = measured * after / before;
      }
      assertThat(answer.layers().get(node))
          .as(work.path())
          .isCloseTo(expected, withinPercentage(1e-9));
    }
    assertThat(new SameDevice(Scenario.plain(), calibration).of(profile, graph).endToEnd())
        .isEqualTo(profile.endToEnd().p50());
  }

  /** What {@link Profiles#ROOFS} say of a tensor. */
  private static double seconds(long bytes) {
    return bytes / (bytes <= 1000 ? 100e9 : 10e9);
  }

  @Test
  void changes_typeThatWasMeasured_isNone() {
    SameDevice bytes = new SameDevice(Scenario.plain().withType(ElementType.U8));
    assertThat(bytes.changes(ElementType.U8)).isFalse();
    assertThat(bytes.changes(ElementType.F32)).isTrue();
  }

  @Test
  void captured_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SameDevice(Scenario.plain().withCaptured(true)))
        .withMessageContaining("a captured graph needs a GPU");
  }
}
