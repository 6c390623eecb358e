package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.IssueListener;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.weights.Initializer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps timed by marks in a queue, with a device that the test plays. */
final class EventClockTest {
  private static final long HOST = 1_000_000;
  private static final int SIDE = 32;

  /** What a listener was told. */
  private record Told(int node, long started, long ended) {}

  /** A device that is 10 ns further at each mark, and passes them only when it is waited for. */
  private static final class PlayedDevice implements EventClock.Marks {
    private static final long STEP = 10;

    private final List<String> calls = new ArrayList<>();
    private final long[] passedAt;
    private long now = 500;
    private boolean closed;

    PlayedDevice(int marks) {
      passedAt = new long[marks];
    }

    @Override
    public void begin() {
      calls.add("begin");
    }

    @Override
    public void record(int index) {
      calls.add("mark " + index);
      passedAt[index] = now;
      now += STEP;
    }

    @Override
    public void read(long[] nanos) {
      calls.add("read " + nanos.length);
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] = passedAt[i] - passedAt[0];
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final List<Told> told = new ArrayList<>();

  @Test
  void run_tellsAtItsEnd_onTheHostsClock() {
    PlayedDevice device = new PlayedDevice(EventClock.marksFor(2));
    try (EventClock clock = new EventClock(device, 2, () -> HOST)) {
      for (int run = 0; run < 2; run++) {
        told.clear();
        device.calls.clear();
        clock.begin(this::tell);
        for (int node : new int[] {4, 7}) {
          clock.before(node);
          clock.after(node);
        }
        assertThat(told).as("before the end nothing is known").isEmpty();
        clock.end();
        assertThat(told)
            .containsExactly(new Told(4, HOST + 10, HOST + 20), new Told(7, HOST + 30, HOST + 40));
        assertThat(device.calls)
            .containsExactly("begin", "mark 0", "mark 1", "mark 2", "mark 3", "mark 4", "read 5");
      }
    }
    assertThat(device.closed).isTrue();
  }

  @Test
  void run_thatFailed_leavesNothingForTheNext() {
    PlayedDevice device = new PlayedDevice(EventClock.marksFor(1));
    try (EventClock clock = new EventClock(device, 1, () -> HOST)) {
      clock.begin(this::tell);
      clock.before(2);
      clock.begin(this::tell);
      clock.before(3);
      clock.after(3);
      clock.end();
      assertThat(told).containsExactly(new Told(3, HOST + 10, HOST + 20));
    }
  }

  @Test
  void end_withoutAllSteps_throws() {
    PlayedDevice device = new PlayedDevice(EventClock.marksFor(2));
    try (EventClock clock = new EventClock(device, 2, () -> HOST)) {
      assertThatThrownBy(clock::end)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a run must have begun before it ends");
      clock.begin(this::tell);
      clock.before(0);
      clock.after(0);
      assertThatThrownBy(clock::end)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a run must have 2 steps, got 1");
      assertThat(told).isEmpty();
    }
  }

  @Test
  void executor_withMarks_tellsOfEveryNode_andComputesTheSame() {
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    try (TorchExecutor executor =
        TorchExecutor.create(
            graph,
            Initializer.initialize(graph, 1),
            TorchOptions.defaults().withThreads(1).withOwnKernels(false))) {
      int steps = executor.graph().nodes().size();
      PlayedDevice device = new PlayedDevice(EventClock.marksFor(steps));
      try (EventClock clock = new EventClock(device, steps, () -> HOST)) {
        ImageBatch batch =
            new ImageBatch(
                ByteBuffer.allocateDirect(SIDE * SIDE * ImageBatch.CHANNELS), 1, SIDE, SIDE);
        float[] plain = copy(executor.run(batch).get(0));
        float[] timed = copy(executor.run(batch, this::tell, clock).get(0));
        assertThat(timed).isEqualTo(plain);
      }
      assertThat(told).hasSize(steps);
      for (int step = 0; step < steps; step++) {
        long started = HOST + (1 + 2L * step) * PlayedDevice.STEP;
        assertThat(told.get(step)).isEqualTo(new Told(step, started, started + PlayedDevice.STEP));
      }
    }
  }

  @Test
  void executor_tellsWhenItIssuesEachNode_andComputesTheSame() {
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    List<String> issued = new ArrayList<>();
    IssueListener listener =
        new IssueListener() {
          @Override
          public void issuing(int node) {
            issued.add("> " + node);
          }

          @Override
          public void issued(int node) {
            issued.add("< " + node);
          }
        };
    try (TorchExecutor executor =
        TorchExecutor.create(
            graph, Initializer.initialize(graph, 1), TorchOptions.defaults().withThreads(1))) {
      ImageBatch batch =
          new ImageBatch(
              ByteBuffer.allocateDirect(SIDE * SIDE * ImageBatch.CHANNELS), 1, SIDE, SIDE);
      float[] plain = copy(executor.run(batch).get(0));
      assertThat(copy(executor.run(batch, listener).get(0))).isEqualTo(plain);
      List<String> expected = new ArrayList<>();
      executor
          .graph()
          .nodes()
          .forEach(node -> expected.addAll(List.of("> " + node.id(), "< " + node.id())));
      assertThat(issued).isEqualTo(expected);
      assertThat(executor.gpu()).as("it runs on the CPU").isEmpty();
    }
  }

  @Test
  void gpuMarks_withoutLibTorchsPartForGpus_sayWhatIsMissing() {
    try (GpuMarks marks = GpuMarks.create(3)) {
      assumeTrue(marks == null, "skipped: this LibTorch has a GPU");
    } catch (UnsupportedOperationException e) {
      assertThat(e)
          .hasMessageContaining("steps on GPU 0 are timed on LibTorch's stream")
          .hasMessageContaining("libtorch_cuda.so is not loaded in this process");
    }
  }

  private void tell(int node, long started, long ended) {
    told.add(new Told(node, started, ended));
  }

  private static float[] copy(RawHead head) {
    float[] values = new float[head.values().remaining()];
    head.values().duplicate().get(values);
    return values;
  }
}
