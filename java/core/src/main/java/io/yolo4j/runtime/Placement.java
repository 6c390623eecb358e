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

/**
 * Makes steps and tensors of a plan's graph. Convolutions other than products need dense tensors,
 * so where one is to write a slice, or adds a slice, its result goes to a tensor of its own first
 * and a sum or a copy brings it there.
 */
final class Placement {
  private final PlanGraph graph;
  private final ElementType type;
  private final ConcatPlacement concats;
  private final List<List<PlanNode>> readers;
  private final List<PlanLayout.Buffer> buffers = new ArrayList<>();
  private final List<PlanTensor> tensors = new ArrayList<>();
  private final List<PlanStep> steps = new ArrayList<>();
  private final Map<Integer, Integer> tensorOf = new HashMap<>();
  private final Map<Integer, Integer> pooledOf = new HashMap<>();

  private Placement(PlanGraph graph, ElementType type) {
    this.graph = graph;
    this.type = type;
    concats = ConcatPlacement.of(graph);
    readers = graph.readers();
  }

  /**
   * Returns the steps of a graph.
   *
   * @param type of weights and feature maps; the raw heads are float32
   */
  static PlanLayout of(PlanGraph graph, ElementType type) {
    Placement placement = new Placement(graph, type);
    for (PlanNode node : graph.nodes()) {
      placement.emit(node);
      for (Slot slot : placement.concats.copiesOf(node.id())) {
        placement.copy(node, slot);
      }
    }
    return PlanLayout.of(
        placement.tensors,
        placement.steps,
        graph.outputs().stream().map(placement.tensorOf::get).toList(),
        placement.buffers);
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
    int x = tensorOf(node.inputs().get(0));
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
      return;
    }
    int alone = dense(node.shape(), tensors.get(y).type());
    add(kind, x, PlanStep.NONE, alone, pooled, node);
    if (second == PlanStep.NONE) {
      // The copy is the concatenation's work.
      Slot slot = Objects.requireNonNull(concats.direct().get(node.id()));
      int concat = graph.node(slot.concat()).work().get(0);
      steps.add(new PlanStep(StepKind.COPY, alone, PlanStep.NONE, y, PlanStep.NONE, node, concat));
    } else {
      add(StepKind.ADD, alone, second, y, PlanStep.NONE, node);
    }
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
    int tensor = dense(shape, ElementType.F32);
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
    int tensor =
        slot == null
            ? dense(node.shape(), graph.isOutput(node) ? ElementType.F32 : type)
            : slotTensor(slot, node.channels());
    tensorOf.put(node.id(), tensor);
    return tensor;
  }

  /** The same tensor as the input, where nobody else reads that and it is dense. */
  private int inPlace(PlanNode node, int x) {
    boolean alone =
        readers.get(node.inputs().get(0)).size() == 1
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
    int tensor = host == null ? dense(graph.node(concat).shape(), type) : tensorOf(host);
    tensorOf.put(concat, tensor);
    return tensor;
  }

  private int dense(Shape shape, ElementType elementType) {
    buffers.add(new PlanLayout.Buffer(shape, elementType));
    return keep(new PlanTensor(buffers.size() - 1, 0, shape.dim(1), shape, elementType));
  }

  private int keep(PlanTensor tensor) {
    tensors.add(tensor);
    return tensors.size() - 1;
  }
}
