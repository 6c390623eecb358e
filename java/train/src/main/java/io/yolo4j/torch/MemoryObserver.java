package io.yolo4j.torch;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Node;
import io.yolo4j.runtime.StepMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Finds new memory by where outputs lie, and reorders by rule: oneDNN's convolutions work on blocks
 * of channels or on channels last, so one that is handed channels first reorders its input, and its
 * output back. Memory that an operation takes and gives back inside isn't seen.
 *
 * <p>The rule holds for grouped convolutions and kernels over 1×1. LibTorch hands 1×1 convolutions
 * to oneDNN or to a matrix product, by size and threads; and oneDNN reads few channels as they are.
 * Of those the reorders aren't known.
 */
final class MemoryObserver implements StepObserver {
  /** Convolutions of up to so many channels, a picture's, are read as they lie. */
  private static final int FEW_CHANNELS = 4;

  private static final int UNKNOWN = -1;

  private final Predicate<Node> isOwn;
  private final List<StepMemory> steps = new ArrayList<>();

  /**
   * Creates an observer of one run.
   *
   * @param isOwn tells which steps aren't LibTorch's
   */
  MemoryObserver(Predicate<Node> isOwn) {
    this.isOwn = isOwn;
  }

  /** Returns what was seen. */
  List<StepMemory> steps() {
    return List.copyOf(steps);
  }

  @Override
  public void observe(Node node, Tensor[] read, Tensor written) {
    boolean fresh = true;
    for (Tensor input : read) {
      fresh &= !liesIn(written, input);
    }
    steps.add(
        new StepMemory(node.id(), fresh ? 1 : 0, fresh ? bytes(written) : 0, reorders(node, read)));
  }

  private int reorders(Node node, Tensor[] read) {
    if (!(node.op() instanceof Conv2d conv) || isOwn.test(node)) {
      return 0;
    }
    if (read[0].is_contiguous(torch.MemoryFormat.ChannelsLast)) {
      return 0;
    }
    boolean pointwise = conv.kernel().height() == 1 && conv.kernel().width() == 1;
    boolean isKnown = conv.groups() > 1 || (!pointwise && read[0].size(1) > FEW_CHANNELS);
    return isKnown ? 2 : UNKNOWN;
  }

  private static boolean liesIn(Tensor written, Tensor input) {
    long start = input.data_ptr().address();
    long address = written.data_ptr().address();
    return address >= start && address < start + Math.max(1, bytes(input));
  }

  private static long bytes(Tensor tensor) {
    return tensor.numel() * tensor.element_size();
  }
}
