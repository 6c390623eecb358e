package io.yolo4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where plans put the tensors of the zoo's networks. */
final class PlanLayoutTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "yolov5n",
        "yolov5s-v5.0",
        "mobilenetv3small_yolo5s",
        "yolov5s-ghost",
        "yolov5-p6",
        "yolov5-bifpn",
        "yolov5-fpn",
        "yolov3-tiny",
        "yolov3-spp",
        "yolov5-p2",
        "mobilenetv3large_yolo5s",
        "shufflenetv2_yolo5s",
        "ghostnet_yolo5s",
        "efficientnetlite0_yolo5s",
        "yolov5s-transformer"
      })
  void of_zoo_readsOnlyWhatIsThere(String name) {
    readsOnlyWhatIsThere(layout(name, 128));
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    Graph folded = BatchNormFolding.all(graph).graph().withInputs(Shape.of(1, 3, 128, 128));
    PlanGraph split =
        ClassesOnDemand.apply(PlanCompiler.optimized(folded), graph.requireHead(), 0.25f);
    PlanLayout layout = Placement.of(NumberTypes.floats(split, ElementType.F32));
    assertThat(layout.steps()).anyMatch(step -> step.kind() == StepKind.CLASS_SCORES);
    assertThat(outputs(layout)).hasSize(2 * graph.requireHead().levels().size());
    readsOnlyWhatIsThere(layout);
  }

  private static void readsOnlyWhatIsThere(PlanLayout layout) {
    Map<Long, Integer> writer = new HashMap<>();
    Map<Integer, Set<Integer>> written = new HashMap<>();
    for (int i = 0; i < layout.steps().size(); i++) {
      PlanStep step = layout.steps().get(i);
      for (int tensor : new int[] {step.x(), step.second()}) {
        if (tensor != PlanStep.NONE) {
          checkIsThere(layout, layout.tensors().get(tensor), writer, written, i);
        }
      }
      write(layout, layout.tensors().get(step.y()), writer, written);
    }
    for (int output : outputs(layout)) {
      checkIsThere(layout, layout.tensors().get(output), writer, written, layout.steps().size());
    }
  }

  /** Every channel was written, and no other buffer was put there since. */
  private static void checkIsThere(
      PlanLayout layout,
      PlanTensor tensor,
      Map<Long, Integer> writer,
      Map<Integer, Set<Integer>> written,
      int step) {
    Set<Integer> channels = written.getOrDefault(tensor.buffer(), Set.of());
    for (int c = tensor.first(); c < tensor.first() + tensor.channels(); c++) {
      assertThat(channels).as("step %d reads channel %d of %s", step, c, tensor).contains(c);
    }
    for (long line : lines(layout, tensor)) {
      assertThat(writer.get(line)).as("step %d reads %s", step, tensor).isEqualTo(tensor.buffer());
    }
  }

  private static void write(
      PlanLayout layout,
      PlanTensor tensor,
      Map<Long, Integer> writer,
      Map<Integer, Set<Integer>> written) {
    for (int c = 0; c < tensor.channels(); c++) {
      written.computeIfAbsent(tensor.buffer(), key -> new HashSet<>()).add(tensor.first() + c);
    }
    for (long line : lines(layout, tensor)) {
      writer.put(line, tensor.buffer());
    }
    assertThat(layout.offsets().get(tensor.buffer()) % 64).isZero();
  }

  /** The cache lines of the tensor's buffer. */
  private static List<Long> lines(PlanLayout layout, PlanTensor tensor) {
    long start = layout.offsets().get(tensor.buffer());
    long pixels = tensor.shape().elements() / tensor.channels();
    long end = start + pixels * tensor.pixelStride() * tensor.type().bytes();
    assertThat(end).isLessThanOrEqualTo(layout.arenaBytes());
    List<Long> lines = new ArrayList<>();
    for (long line = start / 64; line < (end + 63) / 64; line++) {
      lines.add(line);
    }
    return lines;
  }

  @Test
  void of_yolov5n_hasNoStepForMostConcatenations() {
    PlanLayout layout = layout("yolov5n", 640);
    long copies = layout.steps().stream().filter(s -> s.kind() == StepKind.COPY).count();
    long sums = layout.steps().stream().filter(s -> s.kind() == StepKind.ADD).count();
    // 8 C3 and 4 joins of levels; a C3's second part is in place, its first a sum or a copy.
    assertThat(copies).isLessThanOrEqualTo(9);
    assertThat(sums).isLessThanOrEqualTo(6);
    assertThat(layout.arenaBytes()).isLessThan(layout.bufferBytes() / 3);
  }

  @Test
  void of_shuffleNet_passesHalvesOnInTheirPlace() {
    PlanLayout layout = layout("shufflenetv2_yolo5s", 128);
    List<PlanStep> steps = layout.steps();
    // 16 units mix channels. The 13 of stride 1 leave one half where it is.
    assertThat(steps.stream().filter(s -> s.kind() == StepKind.SHUFFLE)).hasSize(16);
    assertThat(
            steps.stream()
                .filter(s -> s.kind() == StepKind.COPY && s.node().path().contains(".branch")))
        .isEmpty();
    assertThat(steps.stream().filter(s -> s.kind() == StepKind.COPY)).hasSizeLessThanOrEqualTo(9);
  }

  @Test
  void of_bfloat16_headsAreFloat32() {
    PlanLayout layout = layout("yolov5n", 64, ElementType.BF16);
    for (int output : outputs(layout)) {
      assertThat(layout.tensors().get(output).type()).isEqualTo(ElementType.F32);
    }
    assertThat(layout.tensors()).filteredOn(t -> t.type() == ElementType.BF16).isNotEmpty();
  }

  private static List<Integer> outputs(PlanLayout layout) {
    return layout.outputs().stream().flatMap(output -> output.tensors().stream()).toList();
  }

  private static PlanLayout layout(String name, int side) {
    return layout(name, side, ElementType.F32);
  }

  private static PlanLayout layout(String name, int side, ElementType type) {
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    Graph folded = BatchNormFolding.all(graph).graph().withInputs(Shape.of(1, 3, side, side));
    return Placement.of(NumberTypes.floats(PlanCompiler.optimized(folded), type));
  }
}
