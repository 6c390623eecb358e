package io.yolo4j.bench;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Shape;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.torch.DepthwiseConvolution;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.Initializer;
import java.util.ArrayList;
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
 * The eleven depthwise convolutions of mobilenetv3small_yolo5s, one after the other, in float32:
 * LibTorch's operation and ours, in both layouts.
 *
 * <pre>{@code bench/run DepthwiseBenchmark -p size=640 -p batch=1}</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class DepthwiseBenchmark {
  /** Whose operation, in which layout. */
  public enum Form {
    /** LibTorch's in NCHW. */
    LIBTORCH_CONTIGUOUS(Layout.CONTIGUOUS, false),
    /** LibTorch's in NHWC. */
    LIBTORCH_CHANNELS_LAST(Layout.CHANNELS_LAST, false),
    /** Ours in NCHW. */
    YOLO4J_CONTIGUOUS(Layout.CONTIGUOUS, true),
    /** Ours in NHWC. */
    YOLO4J(Layout.CHANNELS_LAST, true);

    private final Layout layout;
    private final boolean ours;

    Form(Layout layout, boolean ours) {
      this.layout = layout;
      this.ours = ours;
    }
  }

  /** Which of them to measure: 0 to 10, or -1 for all. */
  @Param("-1")
  int place = -1;

  @Param({"224", "640"})
  int size = 640;

  @Param({"1", "16"})
  int batch = 1;

  @Param("1")
  int threads = 1;

  @Param Form form = Form.YOLO4J;

  private final List<Layer> layers = new ArrayList<>();

  /** A convolution with its tensors. */
  private record Layer(TorchNetwork network, Tensor x, Tensor gradient) {}

  /** Builds the layers. */
  @Setup
  public void setUp() {
    if (form.ours && !DepthwiseConvolution.isAvailable()) {
      throw new IllegalStateException("depthwise: " + DepthwiseConvolution.status());
    }
    Graph backbone =
        Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow())
            .graph()
            .withInputs(Shape.of(batch, 3, size, size));
    List<Node> all =
        backbone.nodes().stream()
            .filter(node -> node.op() instanceof Conv2d conv && conv.groups() > 1)
            .toList();
    for (Node node : place < 0 ? all : List.of(all.get(place))) {
      layers.add(layer((Conv2d) node.op(), backbone.inputShapes(node).get(0), node.shape()));
    }
  }

  private Layer layer(Conv2d op, Shape input, Shape output) {
    GraphBuilder builder = new GraphBuilder("Net");
    Graph graph =
        builder.build(List.of(builder.root().conv2d("conv", op).apply(builder.input(input))), null);
    TorchNetwork network =
        TorchNetwork.trainable(
            graph,
            Initializer.initialize(graph, 0),
            new TorchOptions(form.layout, Precision.FLOAT32, threads).withOwnKernels(form.ours));
    Tensor x = noise(input, 1);
    x.set_requires_grad(true);
    return new Layer(network, x, noise(output, 2));
  }

  /** Frees the tensors. */
  @TearDown
  public void tearDown() {
    for (Layer layer : layers) {
      layer.x().close();
      layer.gradient().close();
      layer.network().close();
    }
  }

  /** Forward without a derivative. */
  @Benchmark
  public void forward() {
    for (Layer layer : layers) {
      layer.network().forward(List.of(layer.x()), false).forEach(Tensor::close);
    }
  }

  /** Forward, then backward from given gradients. */
  @Benchmark
  public void forwardBackward() {
    for (Layer layer : layers) {
      try (TorchScope scope = TorchScope.open()) {
        Tensor y = layer.network().forward(List.of(layer.x()), true).get(0);
        y.backward(layer.gradient(), new BoolOptional(), false, new TensorArrayRefOptional());
        layer.x().mutable_grad().reset();
        layer.network().parameters().values().forEach(one -> one.mutable_grad().reset());
      }
    }
  }

  private Tensor noise(Shape shape, long seed) {
    float[] values = new float[(int) shape.elements()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    try (TorchScope scope = TorchScope.open()) {
      Tensor placed =
          TensorTransfer.toTorch(values, shape)
              .contiguous(
                  form.layout == Layout.CHANNELS_LAST
                      ? torch.MemoryFormat.ChannelsLast
                      : torch.MemoryFormat.Contiguous);
      return TorchScope.keep(placed.detach());
    }
  }
}
