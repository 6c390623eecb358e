package io.yolo4j.bench;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
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
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
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
 * Batch norm and activation in training by themselves, layers of yolov5n at batch 32 and 224
 * pixels: LibTorch's operations against the fused one. The first layer exceeds the last-level
 * cache.
 *
 * <pre>{@code bench/run BatchNormBenchmark -p layer=32x56 -p activation=SILU}</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchNormBenchmark {
  private static final int BATCH = 32;

  /** Channels and height, which is the width too. */
  @Param({"16x112", "32x56", "64x28", "128x14"})
  String layer = "32x56";

  @Param Layout layout = Layout.CHANNELS_LAST;

  @Param Precision precision = Precision.FLOAT32;

  @Param("SILU")
  Activation.Kind activation = Activation.Kind.SILU;

  @Param({"false", "true"})
  boolean fused;

  @Param("1")
  int threads = 1;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
  private TorchNetwork network;

  @SuppressWarnings("NullAway.Init")
  private Tensor x;

  @SuppressWarnings("NullAway.Init")
  private Tensor gradient;

  /** Builds the layer. */
  @Setup
  public void setUp() {
    if (fused && !FusedBatchNorm.isAvailable()) {
      throw new IllegalStateException("batch norm: " + FusedBatchNorm.status());
    }
    String[] numbers = layer.split("x", -1);
    int channels = Integer.parseInt(numbers[0]);
    int height = Integer.parseInt(numbers[1]);
    Shape shape = Shape.of(BATCH, channels, height, height);
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value norm = root.batchNorm("bn", channels).apply(builder.input(shape));
    Graph graph = builder.build(List.of(root.activation("act", activation).apply(norm)), null);
    network =
        TorchNetwork.trainable(
            graph,
            Initializer.initialize(graph, 0),
            new TorchOptions(layout, Precision.FLOAT32, threads).withOwnKernels(fused));
    x = noise(shape, 1);
    x.set_requires_grad(true);
    gradient = noise(shape, 2);
  }

  /** Frees the tensors. */
  @TearDown
  public void tearDown() {
    x.close();
    gradient.close();
    network.close();
  }

  /** Forward in training. */
  @Benchmark
  public void forward() {
    try (TorchScope scope = TorchScope.open()) {
      network.forward(List.of(x), true);
    }
  }

  /** Forward, then backward from a given gradient. */
  @Benchmark
  public void forwardBackward() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor y = network.forward(List.of(x), true).get(0);
      y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      x.mutable_grad().reset();
      network.parameters().values().forEach(parameter -> parameter.mutable_grad().reset());
    }
  }

  private Tensor noise(Shape shape, long seed) {
    float[] values = new float[(int) shape.elements()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    try (TorchScope scope = TorchScope.open()) {
      Tensor typed =
          TensorTransfer.toTorch(values, shape)
              .to(
                  precision == Precision.BFLOAT16
                      ? torch.ScalarType.BFloat16
                      : torch.ScalarType.Float)
              .contiguous(
                  layout == Layout.CHANNELS_LAST
                      ? torch.MemoryFormat.ChannelsLast
                      : torch.MemoryFormat.Contiguous);
      return TorchScope.keep(typed.detach());
    }
  }
}
