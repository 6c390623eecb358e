package io.yolo4j.runtime;

import io.yolo4j.bindings.global.Yolo4jPlan;
import io.yolo4j.bindings.plan.NativePlan;
import io.yolo4j.bindings.plan.NetworkParams;
import io.yolo4j.bindings.plan.StepParams;
import io.yolo4j.bindings.plan.TensorParams;
import io.yolo4j.graph.Activation;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Size2;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.ZeroPad;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * A plan in native memory: chosen implementations, packed weights.
 *
 * <p>Threads: safe; contexts run at the same time. Ownership: counted; whoever made it and every
 * context hold it until they close.
 */
final class CompiledPlan implements AutoCloseable {
  private static final int TEXT_BYTES = 512;

  private final PlanLayout layout;
  private final int threads;
  private final NativePlan plan = new NativePlan();
  private int holders = 1;

  /**
   * Compiles.
   *
   * @throws UnsupportedOperationException if a step has no fast implementation here, or runs can't
   *     keep to the processors
   */
  CompiledPlan(PlanLayout layout, PlanWeights weights, PlanOptions options) {
    PlanLibrary.load();
    this.layout = layout;
    threads = options.threadCount();
    try (Values values = new Values();
        TensorParams tensors = new TensorParams(layout.tensors().size());
        StepParams steps = new StepParams(layout.steps().size());
        NetworkParams network = new NetworkParams();
        IntPointer cpus =
            new IntPointer(options.cpus().stream().mapToInt(Integer::intValue).toArray())) {
      for (int i = 0; i < layout.tensors().size(); i++) {
        fill(tensors.getPointer(i), layout.tensors().get(i));
      }
      for (int i = 0; i < layout.steps().size(); i++) {
        fill(steps.getPointer(i), layout.steps().get(i), weights, values);
      }
      network
          .struct_size(network.sizeof())
          .threads(threads)
          .allow_reference(options.allowReference() ? 1 : 0)
          .tensor_count(layout.tensors().size())
          .tensors(tensors)
          .step_count(layout.steps().size())
          .steps(steps)
          .arena_bytes(layout.arenaBytes())
          .cpu_count(options.cpus().size())
          .cpus(cpus);
      PlanLibrary.check("yolo4j_plan_create", Yolo4jPlan.yolo4j_plan_create(network, plan));
    }
  }

  /** Floats for the native side to copy; freed together. */
  private static final class Values implements AutoCloseable {
    private final List<FloatPointer> all = new ArrayList<>();

    FloatPointer of(float[] values) {
      FloatPointer pointer = new FloatPointer(values);
      all.add(pointer);
      return pointer;
    }

    @Override
    public void close() {
      all.forEach(FloatPointer::close);
    }
  }

  private void fill(TensorParams params, PlanTensor tensor) {
    Shape shape = tensor.shape();
    params
        .struct_size(params.sizeof())
        .dtype(tensor.type().code())
        .images(shape.dim(0))
        .height(shape.dim(2))
        .width(shape.dim(3))
        .channels(shape.dim(1))
        .pixel_stride(tensor.pixelStride())
        .offset(layout.offset(tensor));
    Quantization quantization = tensor.quantization();
    if (quantization != null) {
      params.scale(quantization.scale()).zero_point(quantization.zeroPoint());
    }
  }

  private static void fill(StepParams params, PlanStep step, PlanWeights weights, Values values) {
    params
        .struct_size(params.sizeof())
        .kind(step.kind().code())
        .x(step.x())
        .second(step.second())
        .y(step.y())
        .pooled(step.pooled())
        .dilation_height(1)
        .dilation_width(1)
        .groups(1);
    PlanOp op = step.node().op();
    if (step.kind() == StepKind.CONVOLUTION || step.kind() == StepKind.DEPTHWISE) {
      PlanOp.Convolution convolution = (PlanOp.Convolution) op;
      window(params, convolution.conv());
      params
          .activation(code(convolution.activation()))
          .weight(values.of(weights.weight(convolution)))
          .bias(values.of(weights.bias(convolution)));
    } else if (op instanceof PlanOp.ClassScores scores) {
      params
          .anchors(scores.part().anchors())
          .least_objectness(scores.leastObjectness())
          .weight(values.of(weights.weight(scores.conv())))
          .bias(values.of(weights.bias(scores.conv())));
    } else if (op instanceof PlanOp.SqueezeExcite block) {
      params
          .activation(code(block.activation()))
          .gate(code(block.gate()))
          .squeezed(((Conv2d) block.squeeze().op()).outputChannels())
          .weight(values.of(weights.values(block.squeeze(), 0)))
          .bias(values.of(weights.values(block.squeeze(), 1)))
          .weight2(values.of(weights.values(block.excite(), 0)))
          .bias2(values.of(weights.values(block.excite(), 1)));
    } else if (op instanceof PlanOp.Attention attention) {
      params.groups(attention.heads());
    } else if (step.kind() != StepKind.COPY && op instanceof PlanOp.Plain plain) {
      plain(params, plain.op());
    }
  }

  private static void window(StepParams params, Conv2d conv) {
    Size2 padding = conv.padding();
    params
        .kernel_height(conv.kernel().height())
        .kernel_width(conv.kernel().width())
        .stride_height(conv.stride().height())
        .stride_width(conv.stride().width())
        .pad_top(padding.height())
        .pad_bottom(padding.height())
        .pad_left(padding.width())
        .pad_right(padding.width())
        .dilation_height(conv.dilation().height())
        .dilation_width(conv.dilation().width())
        .groups(conv.groups());
  }

  private static void plain(StepParams params, Op op) {
    if (op instanceof Activation activation) {
      params.activation(code(activation.kind()));
    } else if (op instanceof MaxPool pool) {
      params.kernel_height(pool.kernel()).stride_height(pool.stride()).pad_top(pool.padding());
    } else if (op instanceof Upsample upsample) {
      params.stride_height(upsample.scale());
    } else if (op instanceof SpaceToDepth blocks) {
      params.stride_height(blocks.gain());
    } else if (op instanceof ChannelShuffle shuffle) {
      params.groups(shuffle.groups());
    } else if (op instanceof ZeroPad pad) {
      params.pad_top(pad.top()).pad_left(pad.left());
    }
  }

  private static int code(Activation.Kind kind) {
    return kind == Activation.Kind.LEAKY_RELU
        ? Yolo4jPlan.YOLO4J_PLAN_LEAKY_RELU
        : ActivationCodes.of(kind);
  }

  PlanLayout layout() {
    return layout;
  }

  int threads() {
    return threads;
  }

  /** Returns what runs a step, for people. */
  String describe(int step) {
    try (BytePointer text = new BytePointer(TEXT_BYTES)) {
      PlanLibrary.check(
          "yolo4j_plan_describe", Yolo4jPlan.yolo4j_plan_describe(open(), step, text, TEXT_BYTES));
      // With its limit it would be all the bytes, not those up to the final 0.
      return text.limit(0).getString();
    }
  }

  /** Returns the bytes of packed weights. */
  long weightBytes() {
    return memory()[0];
  }

  /** Returns the bytes of a context: arena and working memory. */
  long contextBytes() {
    return memory()[1];
  }

  private long[] memory() {
    try (LongPointer weights = new LongPointer(1);
        LongPointer context = new LongPointer(1)) {
      PlanLibrary.check(
          "yolo4j_plan_memory", Yolo4jPlan.yolo4j_plan_memory(open(), weights, context));
      return new long[] {weights.get(), context.get()};
    }
  }

  /** Counts one more holder, who closes it too. */
  synchronized CompiledPlan held() {
    open();
    holders++;
    return this;
  }

  synchronized NativePlan open() {
    if (holders == 0) {
      throw new IllegalStateException("the plan is closed");
    }
    return plan;
  }

  /** Lets go of it; the last holder frees it. */
  @Override
  public synchronized void close() {
    open();
    holders--;
    if (holders == 0) {
      Yolo4jPlan.yolo4j_plan_destroy(plan);
    }
  }
}
