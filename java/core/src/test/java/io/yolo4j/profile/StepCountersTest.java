package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.PerfCounters.Counter;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The CPU's counters of each step, off a processor that is played. */
final class StepCountersTest {
  private static final int SIDE = PlayedExecutor.SIDE;

  private final Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
  private final List<Set<Counter>> opened = new ArrayList<>();

  /** What has happened so far: a step of node n takes 1000 · (n + 1) cycles. */
  private final Map<Counter, Double> now = new EnumMap<>(Counter.class);

  private final Map<Counter, String> missing = new EnumMap<>(Counter.class);
  private int closed;

  private void work(int node) {
    double cycles = 1000.0 * (node + 1);
    now.merge(Counter.CYCLES, cycles, Double::sum);
    now.merge(Counter.INSTRUCTIONS, 3 * cycles, Double::sum);
    now.merge(Counter.CACHE_MISSES, (double) node, Double::sum);
    now.merge(Counter.FLOPS, 32 * cycles, Double::sum);
    now.merge(Counter.MINOR_FAULTS, 2.0, Double::sum);
  }

  private CounterSource open(Set<Counter> wanted) {
    opened.add(wanted);
    return new CounterSource() {
      private final Map<Counter, Double> read = new EnumMap<>(Counter.class);

      @Override
      public void read() {
        read.putAll(now);
      }

      @Override
      public double value(Counter counter) {
        boolean counts = wanted.contains(counter) && !missing.containsKey(counter);
        return counts ? 1e6 + read.getOrDefault(counter, 0.0) : Double.NaN;
      }

      @Override
      public Optional<String> missing(Counter counter) {
        return Optional.ofNullable(missing.get(counter));
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  private Profile profile(boolean counters, boolean told) {
    PlayedExecutor executor = new PlayedExecutor(graph, this::work, told);
    Profiler.Subject subject = new Profiler.Subject("played", 10, SIDE, SIDE, ElementType.F32);
    return Profiler.inTurns(
            List.of(new Profiler.Entrant(executor, subject)),
            new Profiler.Options(3, 1).withCounters(counters),
            Profiles.ROOFS,
            () -> false,
            new Profiler.Openers(
                this::open,
                (device, ranges, type) -> {
                  throw new AssertionError("no GPU runs it");
                }))
        .get(0);
  }

  @Test
  void counters_ofEachStep_areThatStepsAlone() {
    Profile profile = profile(true, true);
    assertThat(profile.layers()).hasSameSizeAs(graph.nodes());
    for (ProfiledLayer layer : profile.layers()) {
      int node = layer.work().node();
      double cycles = 1000.0 * (node + 1);
      LayerCounters counters = layer.counts().counters();
      assertThat(counters.cycles()).isEqualTo(Cell.measured(cycles));
      assertThat(counters.instructions()).isEqualTo(Cell.measured(3 * cycles));
      assertThat(counters.instructionsPerCycle()).isEqualTo(Cell.derived(3));
      assertThat(counters.misses()).isEqualTo(Cell.measured(node));
      assertThat(counters.missedBytes()).isEqualTo(Cell.derived(64 * node));
      assertThat(counters.flops()).isEqualTo(Cell.measured(32 * cycles));
      assertThat(layer.counts().faults()).isEqualTo(Cell.measured(2));
      if (node == 0) {
        // No byte was brought: operations a byte are no number.
        assertThat(counters.intensity()).isEqualTo(Cell.UNAVAILABLE);
      } else {
        assertThat(counters.intensity().value()).isCloseTo(32 * cycles / (64 * node), within(1e-9));
      }
    }
    assertThat(opened).contains(Set.of(Counter.MINOR_FAULTS), LayerCounters.COUNTED);
    assertThat(closed).isEqualTo(opened.size());
  }

  @Test
  void counters_thatNobodyAskedFor_areUnavailableAndNotOpened() {
    Profile profile = profile(false, true);
    assertThat(profile.layers())
        .allMatch(layer -> layer.counts().counters().equals(LayerCounters.UNKNOWN))
        .allMatch(layer -> layer.counts().faults().equals(Cell.measured(2)));
    assertThat(opened).doesNotContain(LayerCounters.COUNTED);
  }

  @Test
  void counters_thatAreMissing_areUnavailableNotZeroAndSayWhy() {
    missing.put(Counter.FLOPS, "the event that counts this is not known for this CPU");
    missing.put(Counter.CYCLES, "this machine shows no such counter of its CPU");
    Profile profile = profile(true, true);
    assertThat(profile.layers())
        .allSatisfy(
            layer -> {
              LayerCounters counters = layer.counts().counters();
              assertThat(counters.flops()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.cycles()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.instructionsPerCycle()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.intensity()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.instructions().isKnown()).isTrue();
            });
    assertThat(profile.circumstances().missing()).containsAllEntriesOf(missing);
  }

  @Test
  void counters_ofAnExecutorThatTellsOfItsStepsAtTheEnd_areUnavailable() {
    assertThat(profile(true, false).layers())
        .allMatch(layer -> layer.counts().counters().equals(LayerCounters.UNKNOWN))
        .allMatch(layer -> layer.counts().faults().equals(Cell.UNAVAILABLE));
  }

  @Test
  void counters_ofANodeWithSeveralSteps_addUp() {
    try (ProcessCounters reader = new ProcessCounters(this::open, Set.of(Counter.CYCLES), 1)) {
      StepCounters steps = new StepCounters(reader, Set.of(Counter.CYCLES), 2, 1);
      steps.begin(0);
      work(0);
      steps.ran(0, 0, 0);
      work(1);
      steps.ran(1, 0, 0);
      work(0);
      steps.ran(0, 0, 0);
      assertThat(steps.of(Counter.CYCLES, 0)).isEqualTo(Cell.measured(2000));
      assertThat(steps.of(Counter.CYCLES, 1)).isEqualTo(Cell.measured(2000));
    }
  }
}
