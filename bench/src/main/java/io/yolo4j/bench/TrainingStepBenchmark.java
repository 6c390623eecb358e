package io.yolo4j.bench;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.torch.FusedBatchNorm;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.Initializer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
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
 * The bare training step: forward, the sum of the raw heads as loss, backward. The baseline is the
 * first form: LibTorch's own operations, float32, contiguous.
 *
 * <pre>{@code bench/run TrainingStepBenchmark -p model=yolov5n -p threads=1}</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class TrainingStepBenchmark {
  /** Forms of a step. */
  public enum Form {
    /** Float32, NCHW, LibTorch's own operations. */
    PLAIN_CONTIGUOUS(Layout.CONTIGUOUS, Precision.FLOAT32, false),
    /** Float32, NCHW, batch norms fused with activations. */
    FUSED_CONTIGUOUS(Layout.CONTIGUOUS, Precision.FLOAT32, true),
    /** Float32, NHWC, LibTorch's own operations. */
    PLAIN_CHANNELS_LAST(Layout.CHANNELS_LAST, Precision.FLOAT32, false),
    /** Float32, NHWC, fused: the default. */
    FUSED_CHANNELS_LAST(Layout.CHANNELS_LAST, Precision.FLOAT32, true),
    /** Bfloat16, NHWC, LibTorch's own operations. */
    PLAIN_CHANNELS_LAST_BF16(Layout.CHANNELS_LAST, Precision.BFLOAT16, false),
    /** Bfloat16, NHWC, fused. */
    FUSED_CHANNELS_LAST_BF16(Layout.CHANNELS_LAST, Precision.BFLOAT16, true);

    private final Layout layout;
    private final Precision precision;
    private final boolean fused;

    Form(Layout layout, Precision precision, boolean fused) {
      this.layout = layout;
      this.precision = precision;
      this.fused = fused;
    }

    TorchOptions options(int threads) {
      return new TorchOptions(layout, precision, threads).withOwnKernels(fused);
    }
  }

  @Param("yolov5n")
  String model = "yolov5n";

  @Param("224")
  int size;

  @Param("32")
  int batch;

  /** 0: as many as LibTorch takes by itself. */
  @Param("0")
  int threads;

  @Param Form form = Form.PLAIN_CONTIGUOUS;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
  private TorchNetwork network;

  @SuppressWarnings("NullAway.Init")
  private Tensor images;

  /** Builds the network and checks that a step gives numbers. */
  @Setup
  public void setUp() {
    if (form.fused && !FusedBatchNorm.isAvailable()) {
      throw new IllegalStateException("batch norm: " + FusedBatchNorm.status());
    }
    Graph graph = Model.of(Zoo.find(model).orElseThrow().withClasses(6)).graph();
    network =
        TorchNetwork.trainable(graph, Initializer.initialize(graph, 0), form.options(threads));
    float[] noise = new float[batch * 3 * size * size];
    Random random = new Random(0);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    images = TensorTransfer.toTorch(noise, Shape.of(batch, 3, size, size));
    double loss = step();
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException("the step's loss is " + loss);
    }
  }

  /** Frees the tensors. */
  @TearDown
  public void tearDown() {
    images.close();
    network.close();
  }

  /** Forward, sum, backward; gradients are cleared. */
  @Benchmark
  public double step() {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> heads = network.forward(List.of(images), true);
      Tensor loss = heads.get(0).sum();
      for (Tensor head : heads.subList(1, heads.size())) {
        loss = loss.add(head.sum());
      }
      loss.backward();
      for (Tensor parameter : network.parameters().values()) {
        if (parameter.requires_grad()) {
          parameter.mutable_grad().reset();
        }
      }
      return loss.item_double();
    }
  }
}
