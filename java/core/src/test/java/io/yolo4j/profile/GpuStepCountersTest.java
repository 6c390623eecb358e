package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.GpuCounters;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeStatus;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.profile.CounterSet.Quantity;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.IssueListener;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.runtime.StepListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A GPU's counters of each step, off a GPU that is played. */
final class GpuStepCountersTest {
  private static final int SIDE = PlayedExecutor.SIDE;
  private static final String FFMA = "smsp__sass_thread_inst_executed_op_ffma_pred_on.sum";
  private static final String TENSOR = "sm__ops_path_tensor_src_tf32_dst_fp32.sum";

  private final Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
  private final List<String> calls = new ArrayList<>();
  private @Nullable PlayedGpu gpu;

  /** A network whose steps a GPU works off; node n's reads n kB of memory. */
  private record OnGpu(PlayedExecutor steps, GpuStepCountersTest test)
      implements MeasurableExecutor {
    @Override
    public OptionalInt gpu() {
      return OptionalInt.of(0);
    }

    @Override
    public List<RawHead> run(ImageBatch batch, IssueListener listener) {
      for (int node = 0; node < graph().nodes().size(); node++) {
        listener.issuing(node);
        test.work(node);
        listener.issued(node);
      }
      return List.of();
    }

    @Override
    public Graph graph() {
      return steps.graph();
    }

    @Override
    public List<Integer> doneBy() {
      return steps.doneBy();
    }

    @Override
    public List<RawHead> run(ImageBatch batch, StepListener listener) {
      return steps.run(batch, listener);
    }

    @Override
    public boolean tellsOfStepsAsTheyEnd() {
      return false;
    }

    @Override
    public List<RawHead> run(ImageBatch batch) {
      return List.of();
    }

    @Override
    public DetectionHead head() {
      return steps.head();
    }

    @Override
    public String describe() {
      return "played, on a GPU";
    }

    @Override
    public void close() {}
  }

  /** Sees the first half of its metrics in its first pass, the others in the second. */
  private final class PlayedGpu implements GpuCounterSource {
    private final CounterSet set;
    private final int passes;
    private final Map<String, Map<String, Double>> values = new LinkedHashMap<>();
    private int pass = -1;
    private String range = "";
    private boolean closed;

    PlayedGpu(CounterSet set, int passes) {
      this.set = set;
      this.passes = passes;
    }

    void work(String metric, double value) {
      int of = 2 * set.metrics().indexOf(metric) / set.metrics().size();
      if (pass >= 0 && of == pass) {
        values.computeIfAbsent(range, name -> zeros()).merge(metric, value, Double::sum);
      }
    }

    private Map<String, Double> zeros() {
      Map<String, Double> zeros = new LinkedHashMap<>();
      set.metrics().forEach(metric -> zeros.put(metric, 0.0));
      return zeros;
    }

    @Override
    public CounterSet counted() {
      return set;
    }

    @Override
    public void beginPass() {
      pass++;
      calls.add("begin");
    }

    @Override
    public void push(String name) {
      assertThat(range).isEmpty();
      range = name;
    }

    @Override
    public void pop() {
      assertThat(range).isNotEmpty();
      range = "";
    }

    @Override
    public boolean endPass() {
      calls.add("end");
      return pass + 1 < passes;
    }

    @Override
    public Map<String, Map<String, Double>> values() {
      return values;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private void work(int node) {
    PlayedGpu on = gpu;
    if (on != null) {
      on.work("dram__bytes_read.sum", 1000.0 * node);
      on.work("dram__bytes_write.sum", 24.0 * node);
      on.work("lts__t_bytes.sum", 4096);
      on.work(FFMA, 10.0 * (node + 1));
      on.work(TENSOR, 512);
    }
  }

  private GpuCounterSource played(ElementType type, int passes) {
    gpu = new PlayedGpu(CounterSet.of("GA102").withTensorIfCounted(type), passes);
    return gpu;
  }

  private Profile profile(boolean counters, GpuCounterSource.Opener opener) {
    OnGpu executor = new OnGpu(new PlayedExecutor(graph, node -> {}), this);
    Profiler.Subject subject = new Profiler.Subject("played", 10, SIDE, SIDE, ElementType.F32);
    return Profiler.inTurns(
            List.of(new Profiler.Entrant(executor, subject)),
            new Profiler.Options(3, 1).withCounters(counters),
            Profiles.ROOFS,
            () -> false,
            new Profiler.Openers(
                wanted -> {
                  throw new UnsupportedOperationException("no counters of the CPU here");
                },
                opener))
        .get(0);
  }

  @Test
  void counters_ofEachStep_areThatStepsAlone_inAllPasses() {
    Profile profile =
        profile(
            true,
            (device, ranges, type) -> {
              assertThat(device).isZero();
              assertThat(ranges).isEqualTo(graph.nodes().size());
              return played(type, 2);
            });
    assertThat(calls).containsExactly("begin", "end", "begin", "end");
    assertThat(profile.layers()).hasSameSizeAs(graph.nodes());
    for (ProfiledLayer layer : profile.layers()) {
      int node = layer.work().node();
      GpuLayerCounters counters = layer.counts().gpu();
      assertThat(counters.memoryRead()).isEqualTo(Cell.measured(1000.0 * node));
      assertThat(counters.memoryWritten()).isEqualTo(Cell.measured(24.0 * node));
      assertThat(counters.memory()).isEqualTo(Cell.measured(1024.0 * node));
      assertThat(counters.l2()).isEqualTo(Cell.measured(4096));
      assertThat(counters.lanes()).isEqualTo(Cell.derived(20.0 * (node + 1)));
      assertThat(counters.tensor()).isEqualTo(Cell.measured(512));
      assertThat(counters.flops()).isEqualTo(Cell.derived(20.0 * (node + 1) + 512));
      if (node == 0) {
        assertThat(counters.intensity()).isEqualTo(Cell.UNAVAILABLE);
      } else {
        assertThat(counters.intensity().value())
            .isCloseTo((20.0 * (node + 1) + 512) / (1024.0 * node), within(1e-9));
      }
      assertThat(layer.counts().counters()).isEqualTo(LayerCounters.UNKNOWN);
    }
    assertThat(profile.circumstances().gpuCounters())
        .contains("GA102 counted, 2 passes of the same run");
    assertThat(gpu).isNotNull().matches(on -> on.closed, "closed");
  }

  @Test
  void counters_thatNobodyAskedFor_areNotOpened() {
    Profile profile =
        profile(
            false,
            (device, ranges, type) -> {
              throw new AssertionError("nobody asked");
            });
    assertThat(profile.layers())
        .allMatch(layer -> layer.counts().gpu().equals(GpuLayerCounters.UNKNOWN));
    assertThat(profile.circumstances().gpuCounters()).isEmpty();
  }

  @Test
  void counters_withoutTheRightToCount_areTimingOnlyAndSayWhy() {
    Profile profile =
        profile(
            true,
            (device, ranges, type) -> {
              throw new UnsupportedOperationException("this GPU is partitioned (MIG)");
            });
    assertThat(profile.layers())
        .allMatch(layer -> layer.counts().gpu().equals(GpuLayerCounters.UNKNOWN));
    assertThat(profile.circumstances().gpuCounters())
        .contains("timing only: this GPU is partitioned (MIG)");
  }

  @Test
  void counters_withoutALibrary_sayWhatIsMissing_withoutTheFunctionsName() {
    Profile profile =
        profile(
            true,
            (device, ranges, type) -> {
              throw new NativeException(
                  "yolo4j_cupti_open",
                  NativeStatus.UNSUPPORTED,
                  "yolo4j_cupti_open: libcupti of CUDA 13 must be installed, got none");
            });
    assertThat(profile.circumstances().gpuCounters())
        .contains("timing only: libcupti of CUDA 13 must be installed, got none");
  }

  @Test
  void counters_thatFailHalfWay_areTimingOnly_andTheSourceIsClosed() {
    Profile profile =
        profile(
            true,
            (device, ranges, type) -> {
              GpuCounterSource source = played(type, 100);
              return source;
            });
    assertThat(profile.circumstances().gpuCounters())
        .contains("timing only: the counters must be read after 64 passes, they want more");
    assertThat(profile.layers())
        .allMatch(layer -> layer.counts().gpu().equals(GpuLayerCounters.UNKNOWN));
    assertThat(gpu).isNotNull().matches(on -> on.closed, "closed");
  }

  @Test
  void counters_thatAChipLacks_areUnavailableNotZero() {
    Profile profile =
        profile(
            true,
            (device, ranges, type) -> {
              gpu = new PlayedGpu(CounterSet.of("GA102"), 2);
              return gpu;
            });
    assertThat(profile.layers())
        .allSatisfy(
            layer -> {
              GpuLayerCounters counters = layer.counts().gpu();
              assertThat(counters.tensor()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.flops()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.intensity()).isEqualTo(Cell.UNAVAILABLE);
              assertThat(counters.lanes().isKnown()).isTrue();
            });
  }

  /** Through CUPTI's functions, as the native tests' fake library has them; on it nothing works. */
  @Test
  void counters_ofTheFakeLibrary_areReadInAllItsPasses() {
    @Nullable String file = System.getenv("YOLO4J_TEST_CUPTI");
    assumeTrue(file != null, "skipped: YOLO4J_TEST_CUPTI names no fake libcupti");
    List<CounterSet.Counter> counters = new ArrayList<>();
    List.of(
            Quantity.MEMORY_READ,
            Quantity.MEMORY_WRITTEN,
            Quantity.L2_BYTES,
            Quantity.FLOAT32_FLOPS,
            Quantity.FLOAT16_FLOPS)
        .forEach(
            quantity -> counters.add(new CounterSet.Counter("m" + counters.size(), quantity, 1)));
    CounterSet set = new CounterSet("FAKE1", counters);
    Profile profile =
        profile(
            true,
            (device, ranges, type) -> {
              GpuCounters opened = GpuCounters.open(Path.of(file == null ? "" : file));
              return new GpuCounterSource.Cupti(
                  opened, opened.begin(device, set.metrics(), ranges), set);
            });
    assertThat(profile.circumstances().gpuCounters())
        .contains("FAKE1 counted, 2 passes of the same run");
    assertThat(profile.layers())
        .extracting(layer -> layer.counts().gpu().memory())
        .containsOnly(Cell.measured(0));
  }
}
