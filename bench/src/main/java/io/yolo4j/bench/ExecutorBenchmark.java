package io.yolo4j.bench;

import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One picture through a network on LibTorch, in the forms that the executor offers. The baseline is
 * the first: the network as PyTorch runs it without further ado.
 *
 * <pre>{@code bench/run ExecutorBenchmark -p model=yolov5n -p size=640}</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ExecutorBenchmark {
  /** Forms of execution. */
  public enum Form {
    /** Float32, NCHW, batch norms as they are. */
    EAGER_CONTIGUOUS(Layout.CONTIGUOUS, Precision.FLOAT32, false),
    /** Float32, NCHW, batch norms folded. */
    FOLDED_CONTIGUOUS(Layout.CONTIGUOUS, Precision.FLOAT32, true),
    /** Float32, NHWC, batch norms folded: the default. */
    FOLDED_CHANNELS_LAST(Layout.CHANNELS_LAST, Precision.FLOAT32, true),
    /** Bfloat16, NHWC, batch norms as they are. */
    EAGER_CHANNELS_LAST_BF16(Layout.CHANNELS_LAST, Precision.BFLOAT16, false),
    /** Bfloat16, NHWC, batch norms folded. */
    FOLDED_CHANNELS_LAST_BF16(Layout.CHANNELS_LAST, Precision.BFLOAT16, true);

    private final Layout layout;
    private final Precision precision;
    private final boolean folded;

    Form(Layout layout, Precision precision, boolean folded) {
      this.layout = layout;
      this.precision = precision;
      this.folded = folded;
    }

    Executor create(Graph graph, StateDict state, boolean ownKernels) {
      TorchOptions options =
          TorchOptions.defaults()
              .withLayout(layout)
              .withPrecision(precision)
              .withOwnKernels(ownKernels);
      return folded
          ? TorchExecutor.create(graph, state, options)
          : TorchExecutor.unfolded(graph, state, options);
    }
  }

  @Param({"yolov5n", "mobilenetv3small_yolo5s"})
  String model = "yolov5n";

  @Param("640")
  int size;

  @Param Form form = Form.EAGER_CONTIGUOUS;

  /** Whether yolo4j's kernels run where they are available, as by default. */
  @Param("true")
  boolean ownKernels = true;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
  private Executor executor;

  @SuppressWarnings("NullAway.Init")
  private ImageBatch batch;

  /** Builds the executor and checks that it gives numbers. */
  @Setup
  public void setUp() {
    Graph graph = Model.of(Zoo.find(model).orElseThrow()).graph();
    executor = form.create(graph, Initializer.initialize(graph, 0), ownKernels);
    batch = ImageBatch.noise(1, size, size);
    for (RawHead head : executor.run(batch)) {
      for (int i = 0; i < head.values().limit(); i++) {
        if (!Float.isFinite(head.values().get(i))) {
          throw new IllegalStateException("the network gives " + head.values().get(i));
        }
      }
    }
  }

  /** Closes the executor. */
  @TearDown
  public void tearDown() {
    executor.close();
  }

  /** Pixels in, raw heads out. */
  @Benchmark
  public List<RawHead> forward() {
    return executor.run(batch);
  }
}
