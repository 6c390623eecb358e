package io.yolo4j.profile;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.Value;
import java.util.List;

/**
 * A network made of all classes of operations, from large maps with few channels to small maps with
 * many. Any executor runs it, so that all are calibrated in the same way.
 *
 * <p>Not thread-safe; used once.
 */
public final class CalibrationNetwork {
  /** Sides of pictures to run it at, so that tensors lie in every cache and in memory. */
  public static final List<Integer> SIDES = List.of(640, 320, 64);

  private static final int STAGES = 4;
  private static final int FIRST_CHANNELS = 24;
  private static final int EXPANSION = 4;
  private static final int FEWER = 4;
  private static final int OUTPUTS = 6;
  private static final List<Activation.Kind> FUNCTIONS =
      List.of(
          Activation.Kind.SILU,
          Activation.Kind.RELU,
          Activation.Kind.SIGMOID,
          Activation.Kind.HARDSIGMOID,
          Activation.Kind.HARDSWISH);

  private final GraphBuilder builder = new GraphBuilder("CalibrationNetwork");
  private final ModuleScope rows = builder.root().child("model", "Sequential");
  private final Activation.Kind kind;
  private int row;

  private CalibrationNetwork(Activation.Kind kind) {
    this.kind = kind;
  }

  /** Returns the network with an activation behind its convolutions. */
  public static Graph of(Activation.Kind kind) {
    return new CalibrationNetwork(kind).graph();
  }

  private Graph graph() {
    Value x = builder.input(Shape.of(1, 3, 64, 64));
    int channels = FIRST_CHANNELS / 2;
    x = convolution(Conv2d.of(3, channels, 3).withStride(2), x, true);
    for (int stage = 0; stage < STAGES; stage++) {
      int next = FIRST_CHANNELS << stage;
      x = convolution(Conv2d.of(channels, next, 3).withStride(2), x, true);
      channels = next;
      x = bottleneck(x, channels, 3);
      x = bottleneck(x, channels, 5);
      x = convolution(Conv2d.of(channels, channels, 3), x, true);
      x = alone(x, channels);
      x = pooled(x, channels);
      x = rowOf(new ChannelShuffle(2), x);
    }
    Value raw = rowOf(Conv2d.of(channels, OUTPUTS, 1).withBias(true), x);
    Value head = rowOf(new SplitAnchors(1, OUTPUTS), raw);
    // Twice the map's: halves and doubles of the last stage meet its own size in multiples of this.
    DetectionHead.Level level =
        new DetectionHead.Level(4 << STAGES, List.of(new DetectionHead.Anchor(16, 16)));
    return builder.build(List.of(head), new DetectionHead(1, List.of(level)));
  }

  /** An inverted residual, and beside it the same depthwise convolution with stride 2. */
  private Value bottleneck(Value x, int channels, int kernel) {
    int wide = EXPANSION * channels;
    Value y = convolution(Conv2d.of(channels, wide, 1), x, true);
    Conv2d depthwise = Conv2d.of(wide, wide, kernel).withGroups(wide);
    Value half = convolution(depthwise.withStride(2), y, true);
    half = rowOf(new Upsample(2), half);
    y = convolution(depthwise, y, true);
    y = rowOf(new Add(), y, half);
    y = squeezeExcite(y, wide);
    y = convolution(Conv2d.of(wide, channels, 1), y, false);
    return rowOf(new Add(), x, y);
  }

  private Value squeezeExcite(Value x, int channels) {
    Value gate = rowOf(new GlobalAveragePool(), x);
    gate = rowOf(Conv2d.of(channels, channels / FEWER, 1).withBias(true), gate);
    gate = rowOf(new Activation(Activation.Kind.RELU), gate);
    gate = rowOf(Conv2d.of(channels / FEWER, channels, 1).withBias(true), gate);
    gate = rowOf(new Activation(Activation.Kind.HARDSIGMOID), gate);
    return rowOf(new Multiply(), x, gate);
  }

  /** What nothing can be fused with: a batch norm behind no convolution, and each activation. */
  private Value alone(Value x, int channels) {
    Value y =
        rowOf(
            new BatchNorm(channels, BatchNorm.MODEL_EPSILON, BatchNorm.MODEL_MOMENTUM),
            rowOf(new Add(), x, x));
    for (Activation.Kind function : FUNCTIONS) {
      y = rowOf(new Activation(function), y);
    }
    return y;
  }

  private Value pooled(Value x, int channels) {
    Value y = rowOf(new MaxPool(5, 1, 2), x);
    Value both = rowOf(new Concat(1), x, y);
    return convolution(Conv2d.of(2 * channels, channels, 1), both, true);
  }

  private Value convolution(Conv2d conv, Value x, boolean activated) {
    ModuleScope scope = rows.child(Integer.toString(row++), "Conv");
    Value y = scope.conv2d("conv", conv).apply(x);
    y = scope.batchNorm("bn", conv.outputChannels()).apply(y);
    return activated ? scope.activation("act", kind).apply(y) : y;
  }

  private Value rowOf(Op op, Value... inputs) {
    ModuleScope scope = rows.child(Integer.toString(row++), op.getClass().getSimpleName());
    return scope.emit(op, List.of(inputs), scope.declare(op));
  }
}
