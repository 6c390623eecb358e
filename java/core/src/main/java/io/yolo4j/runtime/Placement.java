package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.ZeroPad;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.ConcatPlacement.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes steps and tensors of a plan's graph. Convolutions other than products need dense tensors,
 * so where one is to write a slice, or adds a slice, its result goes to a tensor of its own first
 * and a sum or a copy brings it there.
 */
final class Placement {
  private final PlanGraph graph;
  private final NumberTypes types;
  private final boolean kept;
  private final ConcatPlacement concats;
  private final List<List<PlanNode>> readers;
  private final List<PlanLayout.Buffer> buffers = new ArrayList<>();
  private final List<PlanTensor> tensors = new ArrayList<>();
  private final List<PlanStep> steps = new ArrayList<>();
  private final Map<Integer, Integer> tensorOf = new HashMap<>();
  private final Map<Integer, Integer> pooledOf = new HashMap<>();

  private final Map<Integer, Integer> bytesOf = new HashMap<>();

  private Placement(NumberTypes types, boolean kept) {
    this.types = types;
    this.kept = kept;
    graph = types.graph();
    concats = ConcatPlacement.of(graph, !kept);
    readers = graph.readers();
  }

  /**
   * Returns the steps of a graph whose feature maps have these types; the raw heads are float32.
   */
  static PlanLayout of(NumberTypes types) {
    return of(types, false);
  }

  /** Returns steps that leave every feature map in its place, for who wants to look at them. */
  static PlanLayout kept(NumberTypes types) {
    return of(types, true);
  }

  private static PlanLayout of(NumberTypes types, boolean kept) {
    Placement placement = new Placement(types, kept);
    PlanGraph graph = types.graph();
    for (PlanNode node : graph.nodes()) {
      placement.emit(node);
      for (Slot slot : placement.concats.copiesOf(node.id())) {
        placement.copy(node, slot);
      }
    }
    return PlanLayout.of(
        placement.tensors,
        placement.steps,
        graph.outputs().stream().map(id -> placement.output(graph.node(id))).toList(),
        placement.buffers,
        kept);
  }

  private PlanLayout.Output output(PlanNode node) {
    return node.op() instanceof PlanOp.ClassScores scores
        ? new PlanLayout.Output(
            tensorOf(node.inputs().get(1)),
            new PlanLayout.Classes(tensorOf(node.id()), scores.leastObjectness()))
        : new PlanLayout.Output(tensorOf(node.id()), null);
  }

  private void emit(PlanNode node) {
    PlanOp op = node.op();
    if (op instanceof PlanOp.Pixels pixels) {
      step(pixels.blocks() ? StepKind.PIXEL_BLOCKS : StepKind.PIXELS, node, PlanStep.NONE);
    } else if (op instanceof PlanOp.Convolution convolution) {
      emit(node, convolution);
    } else if (op instanceof PlanOp.SqueezeExcite) {
      int x = tensorOf(node.inputs().get(0));
      int y = inPlace(node, x);
      int pooled = pooledOf.getOrDefault(node.inputs().get(0), PlanStep.NONE);
      add(StepKind.SQUEEZE_EXCITE, x, PlanStep.NONE, y, pooled, node);
    } else if (op instanceof PlanOp.Attention) {
      step(StepKind.ATTENTION, node, tensorOf(node.inputs().get(0)));
    } else if (op instanceof PlanOp.ClassScores) {
      emitScores(node);
    } else if (op instanceof PlanOp.Channels channels) {
      PlanTensor merged = tensors.get(tensorOf(node.inputs().get(0)));
      tensorOf.put(node.id(), keep(merged.channels(channels.first(), node.channels())));
    } else if (ConcatPlacement.isConcat(node)) {
      concatTensor(node.id());
      concats.lateCopies(node.id()).forEach((part, slot) -> copy(graph.node(part), slot));
    } else {
      emit(node, ((PlanOp.Plain) op).op());
    }
  }

  private void emit(PlanNode node, Op op) {
    int x = tensorOf(node.inputs().get(0));
    if (op instanceof Activation activation) {
      if (activation.kind() == Activation.Kind.LEAKY_RELU) {
        throw Unplanned.exception("know LeakyReLU behind a convolution only", node.path());
      }
      add(StepKind.ACTIVATION, x, PlanStep.NONE, inPlace(node, x), PlanStep.NONE, node);
    } else if (op instanceof Add) {
      int second = tensorOf(node.inputs().get(1));
      add(StepKind.ADD, x, second, target(node), PlanStep.NONE, node);
    } else if (op instanceof ChannelSlice slice) {
      step(StepKind.COPY, node, keep(tensors.get(x).channels(slice.first(), slice.count())));
    } else {
      step(kind(op, node.path()), node, x);
    }
  }

  private static StepKind kind(Op op, String path) {
    if (op instanceof MaxPool) {
      return StepKind.MAX_POOL;
    }
    if (op instanceof Upsample) {
      return StepKind.UPSAMPLE;
    }
    if (op instanceof SpaceToDepth) {
      return StepKind.BLOCKS;
    }
    if (op instanceof ZeroPad) {
      return StepKind.PAD;
    }
    if (op instanceof ChannelShuffle) {
      return StepKind.SHUFFLE;
    }
    throw Unplanned.exception(
        "know %s as a part of a Focus on the pixels only".formatted(op.text()), path);
  }

  private void emit(PlanNode node, PlanOp.Convolution op) {
    boolean own = op.isDepthwiseKernel();
    StepKind kind = own ? StepKind.DEPTHWISE : StepKind.CONVOLUTION;
    boolean ofBytes = types.isOfBytes(node);
    int x = ofBytes ? bytesOf(node.inputs().get(0), node) : tensorOf(node.inputs().get(0));
    int second = op.residual() ? tensorOf(node.inputs().get(1)) : PlanStep.NONE;
    int y = target(node);
    boolean slices =
        !tensors.get(y).isDense()
            || (second != PlanStep.NONE
                && !(tensors.get(second).isDense() && tensors.get(x).isDense()));
    boolean apart = concats.readsItsSlot(node) || (slices && (op.residual() || !op.isPointwise()));
    int pooled = own ? pooled(node) : PlanStep.NONE;
    if (!apart) {
      add(kind, x, second, y, pooled, node);
    } else if (ofBytes) {
      emitApart(node, x, second, y);
    } else {
      emitApart(node, kind, x, second, y, pooled);
    }
  }

  /** Its time is that of the convolution whose part it is. */
  private void emitScores(PlanNode node) {
    int x = tensorOf(node.inputs().get(0));
    PlanNode boxes = graph.node(node.inputs().get(1));
    steps.add(
        new PlanStep(
            StepKind.CLASS_SCORES,
            x,
            tensorOf(boxes.id()),
            target(node),
            PlanStep.NONE,
            node,
            boxes.work().get(0)));
  }

  private void emitApart(PlanNode node, StepKind kind, int x, int second, int y, int pooled) {
    int alone = dense(node.shape(), tensors.get(y).type(), null);
    add(kind, x, PlanStep.NONE, alone, pooled, node);
    if (second == PlanStep.NONE) {
      copyIntoConcat(node, alone, y);
    } else {
      add(StepKind.ADD, alone, second, y, PlanStep.NONE, node);
    }
  }

  /**
   * Of bytes: the sum is rounded once, so the convolution adds, and what is a slice is copied,
   * which moves a quarter of the bytes that it would in float32.
   */
  private void emitApart(PlanNode node, int x, int second, int y) {
    int added = second;
    if (second != PlanStep.NONE && !tensors.get(second).isDense()) {
      PlanTensor slice = tensors.get(second);
      added = dense(slice.shape(), slice.type(), slice.quantization());
      add(StepKind.COPY, second, PlanStep.NONE, added, PlanStep.NONE, node);
    }
    PlanTensor result = tensors.get(y);
    boolean direct = result.isDense() && !concats.readsItsSlot(node);
    int alone = direct ? y : dense(node.shape(), result.type(), result.quantization());
    add(StepKind.CONVOLUTION, x, added, alone, PlanStep.NONE, node);
    if (!direct) {
      copyIntoConcat(node, alone, y);
    }
  }

  /** The copy is the concatenation's work. */
  private void copyIntoConcat(PlanNode node, int alone, int y) {
    Slot slot = Objects.requireNonNull(concats.direct().get(node.id()));
    int concat = graph.node(slot.concat()).work().get(0);
    steps.add(new PlanStep(StepKind.COPY, alone, PlanStep.NONE, y, PlanStep.NONE, node, concat));
  }

  /** What a node gives as bytes; converted right before the first who reads it so. */
  private int bytesOf(int node, PlanNode reader) {
    int given = tensorOf(node);
    PlanTensor tensor = tensors.get(given);
    if (tensor.type() == ElementType.U8) {
      return given;
    }
    return bytesOf.computeIfAbsent(
        node,
        key -> {
          int made = dense(tensor.shape(), ElementType.U8, types.quantization(graph.node(node)));
          add(StepKind.COPY, given, PlanStep.NONE, made, PlanStep.NONE, reader);
          return made;
        });
  }

  /** A tensor for the means that a squeeze and excite behind wants. */
  private int pooled(PlanNode node) {
    boolean wanted =
        readers.get(node.id()).stream()
            .anyMatch(reader -> reader.op() instanceof PlanOp.SqueezeExcite);
    if (!wanted) {
      return PlanStep.NONE;
    }
    Shape shape = Shape.of(node.shape().dim(0), node.channels(), 1, 1);
    int tensor = dense(shape, ElementType.F32, null);
    pooledOf.put(node.id(), tensor);
    return tensor;
  }

  private void step(StepKind kind, PlanNode node, int x) {
    add(kind, x, PlanStep.NONE, target(node), PlanStep.NONE, node);
  }

  private void add(StepKind kind, int x, int second, int y, int pooled, PlanNode node) {
    steps.add(new PlanStep(kind, x, second, y, pooled, node, node.work().get(0)));
  }

  private void copy(PlanNode part, Slot slot) {
    steps.add(
        new PlanStep(
            StepKind.COPY,
            tensorOf(part.id()),
            PlanStep.NONE,
            slotTensor(slot, part.channels()),
            PlanStep.NONE,
            part,
            graph.node(slot.concat()).work().get(0)));
  }

  private int tensorOf(int node) {
    return Objects.requireNonNull(tensorOf.get(node));
  }

  /** The tensor that a node writes: channels of a concatenation, or one of its own. */
  private int target(PlanNode node) {
    Slot slot = concats.direct().get(node.id());
    int tensor = slot == null ? dense(node) : slotTensor(slot, node.channels());
    tensorOf.put(node.id(), tensor);
    return tensor;
  }

  /** The same tensor as the input, where nobody else reads that and it is dense. */
  private int inPlace(PlanNode node, int x) {
    boolean alone =
        !kept
            && readers.get(node.inputs().get(0)).size() == 1
            && tensors.get(x).isDense()
            && !graph.isOutput(node)
            && !graph.isOutput(graph.node(node.inputs().get(0)));
    if (alone) {
      tensorOf.put(node.id(), x);
      return x;
    }
    return target(node);
  }

  private int slotTensor(Slot slot, int channels) {
    return keep(tensors.get(concatTensor(slot.concat())).channels(slot.first(), channels));
  }

  /** A concatenation's tensor, made when its first part is. */
  private int concatTensor(int concat) {
    Integer made = tensorOf.get(concat);
    if (made != null) {
      return made;
    }
    Integer host = concats.adopted().get(concat);
    int tensor = host == null ? dense(graph.node(concat)) : tensorOf(host);
    tensorOf.put(concat, tensor);
    return tensor;
  }

  private int dense(PlanNode node) {
    ElementType type = types.type(node);
    return dense(node.shape(), type, type == ElementType.U8 ? types.quantization(node) : null);
  }

  private int dense(Shape shape, ElementType type, @Nullable Quantization quantization) {
    buffers.add(new PlanLayout.Buffer(shape, type));
    return keep(new PlanTensor(buffers.size() - 1, 0, shape.dim(1), shape, type, quantization));
  }

  private int keep(PlanTensor tensor) {
    tensors.add(tensor);
    return tensors.size() - 1;
  }
}
