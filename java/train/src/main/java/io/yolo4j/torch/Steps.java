package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Attention;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.DepthToSpace;
import io.yolo4j.graph.FromSequence;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.LearnedScale;
import io.yolo4j.graph.Linear;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Size2;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.SqueezeExcitePattern;
import io.yolo4j.graph.StridedSlice;
import io.yolo4j.graph.ToSequence;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.ZeroPad;
import io.yolo4j.runtime.ActivationCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Binds operations to their parameters, so that running one builds no option object: those are made
 * once and live as long as the network that closes them.
 */
final class Steps implements AutoCloseable {
  private static final long[] ONE = {1, 1};

  private final NetworkTensors tensors;
  private final Schedule schedule;
  private final Kernels kernels;
  private final List<Pointer> owned = new ArrayList<>();

  /**
   * Which of yolo4j's kernels run.
   *
   * @param fusedNorm batch norms in training as one operation with the activation behind
   * @param depthwise depthwise convolutions, in inference with the activation behind
   * @param squeezeExcite blocks of squeeze and excite that run as one operation, by the id of their
   *     last node
   */
  record Kernels(
      boolean fusedNorm, boolean depthwise, Map<Integer, SqueezeExcitePattern> squeezeExcite) {}

  Steps(NetworkTensors tensors, Schedule schedule, Kernels kernels) {
    this.tensors = tensors;
    this.schedule = schedule;
    this.kernels = kernels;
  }

  @Override
  public void close() {
    owned.forEach(Pointer::close);
    owned.clear();
  }

  /** Returns the step of a node. */
  Step bind(Node node) {
    if (schedule.passes(node)) {
      return (x, training) -> x[0];
    }
    SqueezeExcitePattern pattern = kernels.squeezeExcite().get(node.id());
    return pattern == null ? bindAlone(node) : squeezeExcite(pattern);
  }

  /** Returns the id of the node whose step does a node's work in inference. */
  int doneBy(Node node) {
    for (SqueezeExcitePattern pattern : kernels.squeezeExcite().values()) {
      if (pattern.inner().contains(node)) {
        return pattern.multiply().id();
      }
    }
    return node.op() instanceof Activation activation && isDoneByDepthwise(node, activation.kind())
        ? node.inputs().get(0)
        : node.id();
  }

  /** Returns whether a node's step is yolo4j's kernel, if it takes the tensors. */
  boolean isOwn(Node node) {
    return runsDepthwise(node.op()) || doneBy(node) != node.id();
  }

  /** Returns whether in inference the depthwise convolution before does an activation. */
  private boolean isDoneByDepthwise(Node node, Activation.Kind kind) {
    return schedule.overwritesInput(node)
        && runsDepthwise(schedule.before(node))
        && ActivationCodes.isBehind(kind);
  }

  private Step bindAlone(Node node) {
    Op op = node.op();
    if (op instanceof Conv2d conv) {
      return convolution(conv, node);
    }
    if (op instanceof BatchNorm norm) {
      return batchNorm(norm, node);
    }
    if (op instanceof Activation activation) {
      return activation(activation.kind(), node);
    }
    if (op instanceof Linear) {
      Tensor weight = parameter(node, 0);
      TensorOptional bias = optional(node, 1);
      return (x, training) -> torch.linear(x[0], weight, bias);
    }
    if (op instanceof ConvTranspose2d conv) {
      return transposed(conv, node);
    }
    if (op instanceof LearnedScale scale) {
      Tensor weight = parameter(node, 0);
      Scalar two = own(new Scalar(2.0));
      return (x, training) -> x[0].mul(weight.narrow(0, scale.index(), 1).sigmoid().mul(two));
    }
    return op instanceof Attention attention ? attention(attention, node) : plain(op);
  }

  private Step convolution(Conv2d op, Node node) {
    Tensor weight = parameter(node, 0);
    TensorOptional bias = optional(node, 1);
    long[] stride = pair(op.stride());
    long[] padding = pair(op.padding());
    long[] dilation = pair(op.dilation());
    Step plain =
        (x, training) -> torch.conv2d(x[0], weight, bias, stride, padding, dilation, op.groups());
    if (!runsDepthwise(op)) {
      return plain;
    }
    Activation.Kind behind = schedule.activationAfter(node).orElse(Activation.Kind.IDENTITY);
    if (!ActivationCodes.isBehind(behind)) {
      behind = Activation.Kind.IDENTITY;
    }
    return depthwise(op, weight, bias, behind, plain);
  }

  /** In inference the step also does the activation that is its only reader. */
  private Step depthwise(
      Conv2d op, Tensor weight, TensorOptional bias, Activation.Kind behind, Step plain) {
    Step composed =
        behind == Activation.Kind.IDENTITY ? plain : composed(plain, activation(behind));
    return (x, training) -> {
      if (!DepthwiseConvolution.takes(x[0], weight, op, training)) {
        return training ? plain.run(x, true) : composed.run(x, false);
      }
      return training
          ? DepthwiseConvolution.run(x[0], weight, bias, op)
          : DepthwiseConvolution.run(x[0], weight, bias, op, behind);
    };
  }

  private boolean runsDepthwise(Op op) {
    return kernels.depthwise() && op instanceof Conv2d conv && DepthwiseConvolution.knows(conv);
  }

  private Step squeezeExcite(SqueezeExcitePattern pattern) {
    List<Step> inner = pattern.inner().stream().map(this::unshared).toList();
    Step multiply = bindAlone(pattern.multiply());
    SqueezeExcite.Weights weights =
        new SqueezeExcite.Weights(
            parameter(pattern.squeeze(), 0),
            parameter(pattern.squeeze(), 1),
            parameter(pattern.excite(), 0),
            parameter(pattern.excite(), 1));
    long[] functions = {code(pattern.activation()), code(pattern.gate())};
    return (x, training) -> {
      if (SqueezeExcite.takes(x[0])) {
        return SqueezeExcite.run(x[0], weights, pattern.squeezed(), functions);
      }
      Tensor factors = inner.get(0).run(x, training);
      for (Step step : inner.subList(1, inner.size())) {
        factors = composed(factors, step, training);
      }
      Tensor y = multiply.run(new Tensor[] {x[0], factors}, training);
      factors.close();
      return y;
    };
  }

  private static long code(Node activation) {
    return ActivationCodes.of(((Activation) activation.op()).kind());
  }

  /** As the node by itself, never in place: nothing is known of who else reads its input. */
  private Step unshared(Node node) {
    return node.op() instanceof Activation activation
        ? activation(activation.kind())
        : bindAlone(node);
  }

  private Step transposed(ConvTranspose2d op, Node node) {
    Tensor weight = parameter(node, 0);
    TensorOptional bias = optional(node, 1);
    long[] stride = pair(op.stride());
    long[] padding = pair(op.padding());
    long[] none = {0, 0};
    return (x, training) ->
        torch.conv_transpose2d(x[0], weight, bias, stride, padding, none, op.groups(), ONE);
  }

  /** In training the step also does the activation that is its only reader, fused or not. */
  private Step batchNorm(BatchNorm op, Node node) {
    Activation.Kind kind = schedule.activationAfter(node).orElse(Activation.Kind.IDENTITY);
    Step plain = plainNorm(op, node);
    Step composed = kind == Activation.Kind.IDENTITY ? plain : composed(plain, activation(kind));
    if (!kernels.fusedNorm() || !FusedBatchNorm.knows(kind)) {
      return (x, training) -> training ? composed.run(x, true) : plain.run(x, false);
    }
    FusedBatchNorm.Parameters parameters =
        new FusedBatchNorm.Parameters(
            parameter(node, 0), optional(node, 1), optional(node, 2), optional(node, 3));
    String statistics = node.parameters().get(2);
    return (x, training) -> {
      if (!training) {
        return plain.run(x, false);
      }
      return !tensors.holdsNorm(statistics) && FusedBatchNorm.takes(x[0])
          ? FusedBatchNorm.run(x[0], parameters, kind, op.momentum(), op.epsilon())
          : composed.run(x, true);
    };
  }

  private static Step composed(Step norm, Step activation) {
    return (x, training) -> composed(norm.run(x, training), activation, training);
  }

  /** Runs a step on what nothing else reads, and closes that. */
  private static Tensor composed(Tensor u, Step step, boolean training) {
    Tensor y = step.run(new Tensor[] {u}, training);
    // Autograd keeps what it needs.
    u.close();
    return y;
  }

  private Step plainNorm(BatchNorm op, Node node) {
    TensorOptional weight = optional(node, 0);
    TensorOptional bias = optional(node, 1);
    TensorOptional mean = optional(node, 2);
    TensorOptional variance = optional(node, 3);
    String statistics = node.parameters().get(2);
    return (x, training) ->
        torch.batch_norm(
            x[0],
            weight,
            bias,
            mean,
            variance,
            training && !tensors.holdsNorm(statistics),
            op.momentum(),
            op.epsilon(),
            true);
  }

  private Step activation(Activation.Kind kind, Node node) {
    Step step = activation(kind);
    if (!schedule.overwritesInput(node)) {
      return step;
    }
    Consumer<Tensor> overwrite = overwriting(kind);
    // In training a batch norm before has done the activation, in inference a depthwise
    // convolution.
    boolean doneInTraining = schedule.before(node) instanceof BatchNorm;
    boolean doneInInference = isDoneByDepthwise(node, kind);
    return (x, training) -> {
      if (training) {
        return doneInTraining ? x[0] : step.run(x, true);
      }
      if (!doneInInference) {
        // LibTorch's in-place functions return a reference to their argument, so the argument's own
        // handle goes on.
        overwrite.accept(x[0]);
      }
      return x[0];
    };
  }

  private Step activation(Activation.Kind kind) {
    Scalar slope = own(new Scalar(Activation.Kind.LEAKY_SLOPE));
    return switch (kind) {
      case IDENTITY -> (x, training) -> x[0];
      case RELU -> (x, training) -> torch.relu(x[0]);
      case RELU6 -> (x, training) -> torch.relu6(x[0]);
      case LEAKY_RELU -> (x, training) -> torch.leaky_relu(x[0], slope);
      case SIGMOID -> (x, training) -> torch.sigmoid(x[0]);
      case SILU -> (x, training) -> torch.silu(x[0]);
      case HARDSIGMOID -> (x, training) -> torch.hardsigmoid(x[0]);
      case HARDSWISH -> (x, training) -> torch.hardswish(x[0]);
    };
  }

  private Consumer<Tensor> overwriting(Activation.Kind kind) {
    Scalar slope = own(new Scalar(Activation.Kind.LEAKY_SLOPE));
    return switch (kind) {
      case IDENTITY -> x -> {};
      case RELU -> torch::relu_;
      case RELU6 -> torch::relu6_;
      case LEAKY_RELU -> x -> torch.leaky_relu_(x, slope);
      case SIGMOID -> torch::sigmoid_;
      case SILU -> torch::silu_;
      case HARDSIGMOID -> torch::hardsigmoid_;
      case HARDSWISH -> torch::hardswish_;
    };
  }

  private Step plain(Op op) {
    if (op instanceof Add) {
      return (x, training) -> x[0].add(x[1]);
    }
    if (op instanceof Multiply) {
      return (x, training) -> x[0].mul(x[1]);
    }
    if (op instanceof Concat concat) {
      return (x, training) -> torch.cat(new TensorVector(x), concat.dim());
    }
    if (op instanceof MaxPool pool) {
      long[] kernel = {pool.kernel(), pool.kernel()};
      long[] stride = {pool.stride(), pool.stride()};
      long[] padding = {pool.padding(), pool.padding()};
      return (x, training) -> torch.max_pool2d(x[0], kernel, stride, padding, ONE, false);
    }
    if (op instanceof Upsample up) {
      return (x, training) ->
          torch.upsample_nearest2d(x[0], x[0].size(2) * up.scale(), x[0].size(3) * up.scale());
    }
    if (op instanceof GlobalAveragePool) {
      return (x, training) -> torch.adaptive_avg_pool2d(x[0], ONE);
    }
    return movement(op);
  }

  private Step movement(Op op) {
    if (op instanceof SplitAnchors split) {
      // [N,na·no,H,W] → [N,na,no,H,W] → [N,na,H,W,no]
      return (x, training) ->
          x[0].unflatten(1, split.anchors(), split.outputs()).permute(0, 1, 3, 4, 2);
    }
    if (op instanceof ToSequence) {
      // [N,C,H,W] → [N,C,H·W] → [H·W,N,C]
      return (x, training) -> x[0].flatten(2, 3).permute(2, 0, 1);
    }
    if (op instanceof FromSequence) {
      // [H·W,N,C] → [N,C,H·W] → [N,C,H,W]
      return (x, training) -> x[0].permute(1, 2, 0).unflatten(2, x[1].size(2), x[1].size(3));
    }
    if (op instanceof StridedSlice slice) {
      return strided(slice);
    }
    if (op instanceof ZeroPad pad) {
      long[] sides = {pad.left(), pad.right(), pad.top(), pad.bottom()};
      return (x, training) -> torch.constant_pad_nd(x[0], sides);
    }
    if (op instanceof SpaceToDepth move) {
      return (x, training) -> spaceToDepth(x[0], move.gain());
    }
    if (op instanceof ChannelSlice slice) {
      return (x, training) -> x[0].narrow(1, slice.first(), slice.count());
    }
    if (op instanceof ChannelShuffle shuffle) {
      return (x, training) -> shuffled(x[0], shuffle.groups());
    }
    if (op instanceof DepthToSpace move) {
      return (x, training) -> depthToSpace(x[0], move.gain());
    }
    throw new IllegalStateException("no LibTorch operation for " + op.text());
  }

  /**
   * In the layout that it is given: flattening channels that are transposed in front of the pixels
   * would give channels first, and all that follows would run so.
   */
  static Tensor shuffled(Tensor x, long groups) {
    boolean last = x.is_contiguous(torch.MemoryFormat.ChannelsLast) && !x.is_contiguous();
    int channels = last ? 3 : 1;
    Tensor y = last ? x.permute(0, 2, 3, 1) : x;
    // [… C …] → [… groups, C/groups …] → [… C/groups, groups …] → [… C …]
    y =
        y.unflatten(channels, groups, x.size(1) / groups)
            .transpose(channels, channels + 1)
            .flatten(channels, channels + 1);
    return last ? y.permute(0, 3, 1, 2) : y;
  }

  private Step strided(StridedSlice op) {
    LongOptional row = own(new LongOptional(op.row()));
    LongOptional column = own(new LongOptional(op.column()));
    LongOptional end = own(new LongOptional());
    return (x, training) -> x[0].slice(2, row, end, op.step()).slice(3, column, end, op.step());
  }

  private static Tensor spaceToDepth(Tensor x, int gain) {
    long n = x.size(0);
    long c = x.size(1);
    long h = x.size(2) / gain;
    long w = x.size(3) / gain;
    // [N,C,h,g,w,g] → [N,g,g,C,h,w]
    return x.reshape(n, c, h, gain, w, gain)
        .permute(0, 3, 5, 1, 2, 4)
        .reshape(n, c * gain * gain, h, w);
  }

  private static Tensor depthToSpace(Tensor x, int gain) {
    long n = x.size(0);
    long c = x.size(1) / ((long) gain * gain);
    long h = x.size(2);
    long w = x.size(3);
    // [N,g,g,C,H,W] → [N,C,H,g,W,g]
    return x.reshape(n, gain, gain, c, h, w)
        .permute(0, 3, 4, 1, 5, 2)
        .reshape(n, c, h * gain, w * gain);
  }

  private Step attention(Attention op, Node node) {
    Tensor weight = parameter(node, 0);
    Tensor bias = parameter(node, 1);
    Tensor outWeight = parameter(node, 2);
    TensorOptional outBias = optional(node, 3);
    long embedding = op.embedding();
    long width = embedding / op.heads();
    Scalar scale = own(new Scalar(1 / Math.sqrt((double) width)));
    return (x, training) -> {
      long sequence = x[0].size(0);
      long batch = x[0].size(1);
      Tensor[] parts = new Tensor[3];
      for (int i = 0; i < 3; i++) {
        Tensor w = weight.narrow(0, i * embedding, embedding);
        TensorOptional b = new TensorOptional(bias.narrow(0, i * embedding, embedding));
        // [S,N,E] → [S,N·heads,width] → [N·heads,S,width]
        parts[i] =
            torch.linear(x[i], w, b).reshape(sequence, batch * op.heads(), width).transpose(0, 1);
      }
      Tensor scores = torch.bmm(parts[0].mul(scale), parts[1].transpose(1, 2));
      Tensor mixed = torch.bmm(torch.softmax(scores, -1), parts[2]);
      Tensor joined = mixed.transpose(0, 1).reshape(sequence, batch, embedding);
      return torch.linear(joined, outWeight, outBias);
    };
  }

  private Tensor parameter(Node node, int slot) {
    Tensor tensor = tensors.live().get(node.parameters().get(slot));
    if (tensor == null) {
      throw new IllegalStateException("no tensor for parameter " + node.parameters().get(slot));
    }
    return tensor;
  }

  /**
   * Returns the parameter in a slot as LibTorch's optional, empty where the operation has no such
   * slot.
   */
  private TensorOptional optional(Node node, int slot) {
    return own(
        slot < node.parameters().size()
            ? new TensorOptional(parameter(node, slot))
            : new TensorOptional());
  }

  private <P extends Pointer> P own(P pointer) {
    // Kept beyond any scope that is open while the network is built.
    pointer.retainReference();
    owned.add(pointer);
    return pointer;
  }

  private static long[] pair(Size2 size) {
    return new long[] {size.height(), size.width()};
  }
}
