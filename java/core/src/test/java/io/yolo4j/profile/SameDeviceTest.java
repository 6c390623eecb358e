package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.runtime.StepListener;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SameDeviceTest {
  private static final int SIDE = 64;
  private static final long ISSUE_NANOS = 500;

  private final Graph graph =
      BatchNormFolding.all(Model.of(Zoo.find("yolov5n").orElseThrow()).graph()).graph();
  private final Profile profile = profile();

  /** Takes the same time for a step in every run: half a microsecond, and more on more pixels. */
  private record Played(Graph graph) implements MeasurableExecutor {
    @Override
    public List<Integer> doneBy() {
      return IntStream.range(0, graph.nodes().size()).boxed().toList();
    }

    @Override
    public List<RawHead> run(ImageBatch batch, StepListener listener) {
      for (int node = 0; node < graph.nodes().size(); node++) {
        long more = batch.height() == SIDE ? 1000L * (node + 1) : 0;
        listener.ran(node, 0, ISSUE_NANOS + more);
      }
      return List.of();
    }

    @Override
    public List<RawHead> run(ImageBatch batch) {
      return List.of();
    }

    @Override
    public DetectionHead head() {
      return graph.head().orElseThrow();
    }

    @Override
    public String describe() {
      return "played";
    }

    @Override
    public void close() {}
  }

  private Profile profile() {
    Profiler profiler = new Profiler(new Played(graph), new Profiler.Options(3, 1), () -> false);
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
    assertThat(answer.evidence()).isEqualTo(Evidence.CALIBRATED);
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
    SameDevice.Answer answer = ask(Scenario.plain().withFloat16(true));
    assertThat(answer.evidence()).isEqualTo(Evidence.CALIBRATED);
    for (int node = 0; node < answer.layers().size(); node++) {
      assertThat(answer.layers().get(node))
          .isLessThanOrEqualTo(profile.layers().get(node).time().p50());
    }
    assertThat(answer.endToEnd()).isLessThan(answer.measured());
  }

  @Test
  void of_fusedActivations_leavesTheirArithmetic() {
    SameDevice.Answer answer = ask(Scenario.plain().withFusedActivations(true));
    assertThat(answer.evidence()).isEqualTo(Evidence.CALIBRATED);
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
  void captured_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SameDevice(Scenario.plain().withCaptured(true)))
        .withMessageContaining("a captured graph needs a GPU");
  }
}
