package io.yolo4j.runtime;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Steps, and where their tensors lie.
 *
 * @param tensors by index
 * @param steps in the order in which they run
 * @param outputs the raw heads, one a level
 * @param offsets of the buffers in the arena, bytes
 * @param arenaBytes the arena's size
 * @param bufferBytes what the buffers would need if none shared its place with another
 */
record PlanLayout(
    List<PlanTensor> tensors,
    List<PlanStep> steps,
    List<Output> outputs,
    List<Long> offsets,
    long arenaBytes,
    long bufferBytes) {
  /** Buffers begin with a cache line. */
  private static final long ALIGNMENT = 64;

  PlanLayout {
    tensors = List.copyOf(tensors);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
    offsets = List.copyOf(offsets);
  }

  /**
   * The tensors of a raw head.
   *
   * @param values all outputs, or those before the classes
   * @param classes where the classes are apart; null: they are among the values
   */
  record Output(int values, @Nullable Classes classes) {
    List<Integer> tensors() {
      return classes == null ? List.of(values) : List.of(values, classes.tensor());
    }
  }

  /**
   * Class scores apart.
   *
   * @param tensor [N,H,W,anchors·classes]
   * @param leastObjectness of those that are there
   */
  record Classes(int tensor, float leastObjectness) {}

  /**
   * Memory that tensors lie in, NHWC without gaps.
   *
   * @param shape [N,C,H,W] with all channels
   * @param type of the elements
   */
  record Buffer(Shape shape, ElementType type) {
    long bytes() {
      return (shape.elements() * type.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  /**
   * Places buffers: those that are never alive together may share memory.
   *
   * @param kept whether all of them stay to the end
   */
  static PlanLayout of(
      List<PlanTensor> tensors,
      List<PlanStep> steps,
      List<Output> outputs,
      List<Buffer> buffers,
      boolean kept) {
    int[] born = new int[buffers.size()];
    int[] dies = new int[buffers.size()];
    Arrays.fill(born, Integer.MAX_VALUE);
    Arrays.fill(dies, -1);
    for (int i = 0; i < steps.size(); i++) {
      PlanStep step = steps.get(i);
      for (int tensor : new int[] {step.x(), step.second(), step.y(), step.pooled()}) {
        if (tensor != PlanStep.NONE) {
          int buffer = tensors.get(tensor).buffer();
          born[buffer] = Math.min(born[buffer], i);
          dies[buffer] = kept ? steps.size() : Math.max(dies[buffer], i);
        }
      }
    }
    outputs.stream()
        .flatMap(output -> output.tensors().stream())
        .forEach(output -> dies[tensors.get(output).buffer()] = steps.size());
    long[] offsets = new long[buffers.size()];
    List<Integer> placed = new ArrayList<>();
    List<Integer> largestFirst =
        IntStream.range(0, buffers.size())
            .boxed()
            .sorted(Comparator.comparing((Integer b) -> buffers.get(b).bytes()).reversed())
            .toList();
    long end = ALIGNMENT;
    for (int buffer : largestFirst) {
      List<Integer> together =
          placed.stream()
              .filter(other -> born[other] <= dies[buffer] && born[buffer] <= dies[other])
              .sorted(Comparator.comparing((Integer other) -> offsets[other]))
              .toList();
      offsets[buffer] = firstGap(buffers, offsets, together, buffers.get(buffer).bytes());
      end = Math.max(end, offsets[buffer] + buffers.get(buffer).bytes());
      placed.add(buffer);
    }
    return new PlanLayout(
        tensors,
        steps,
        outputs,
        Arrays.stream(offsets).boxed().toList(),
        end,
        buffers.stream().mapToLong(Buffer::bytes).sum());
  }

  private static long firstGap(
      List<Buffer> buffers, long[] offsets, List<Integer> together, long bytes) {
    long at = 0;
    for (int other : together) {
      if (offsets[other] - at >= bytes) {
        break;
      }
      at = Math.max(at, offsets[other] + buffers.get(other).bytes());
    }
    return at;
  }

  /** Returns where a tensor begins in the arena. */
  long offset(PlanTensor tensor) {
    return offsets.get(tensor.buffer()) + (long) tensor.first() * tensor.type().bytes();
  }
}
