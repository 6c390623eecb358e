package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.Profiler;
import io.yolo4j.profile.Roofs;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.runtime.StepMemory;
import io.yolo4j.weights.Initializer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps as the LibTorch executor tells of them, and a profile made of them. */
final class MeasuredStepsTest {
  private static final int SIDE = 64;
  private static final Roofs FAST =
      new Roofs(
          "faster than any",
          1,
          "none",
          1e15,
          Map.of(),
          List.of(new Roofs.Level("DRAM", Long.MAX_VALUE, 1e14, 1e14, 1e14, 1e14, 1e14)));

  private final Graph graph = Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow()).graph();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void run_withAListener_tellsOfEveryNodeInOrder(boolean ownKernels) {
    try (TorchExecutor executor = executor(ownKernels)) {
      List<Integer> nodes = new ArrayList<>();
      List<Long> times = new ArrayList<>();
      ImageBatch batch = picture();
      float[] plain = copy(executor.run(batch).get(0));
      float[] listened =
          copy(
              executor
                  .run(
                      batch,
                      (node, started, ended) -> {
                        nodes.add(node);
                        times.add(started);
                        times.add(ended);
                      })
                  .get(0));
      assertThat(nodes)
          .containsExactlyElementsOf(
              IntStream.range(0, executor.graph().nodes().size()).boxed().toList());
      assertThat(times).isSorted();
      assertThat(listened).isEqualTo(plain);
    }
  }

  @Test
  void doneBy_libTorchAlone_isEveryNodeItself() {
    try (TorchExecutor executor = executor(false)) {
      assertThat(executor.doneBy())
          .containsExactlyElementsOf(executor.graph().nodes().stream().map(Node::id).toList());
    }
  }

  @Test
  void doneBy_ownKernels_namesTheStepThatDoesTheWork() {
    try (TorchExecutor executor = executor(true)) {
      if (SqueezeExcite.isAvailable()) {
        assertThat(fused(executor, GlobalAveragePool.class)).hasSize(9);
      }
      if (DepthwiseConvolution.isAvailable()) {
        List<Node> activations =
            fused(executor, Activation.class).stream()
                .filter(
                    node -> {
                      Node by = executor.graph().node(executor.doneBy().get(node.id()));
                      return by.op() instanceof Conv2d;
                    })
                .toList();
        assertThat(activations).isNotEmpty();
        for (Node node : activations) {
          Node by = executor.graph().node(executor.doneBy().get(node.id()));
          assertThat(((Conv2d) by.op()).isDepthwise()).as(by.modulePath()).isTrue();
          assertThat(node.inputs()).containsExactly(by.id());
        }
      }
    }
  }

  @Test
  void profile_ofTheNetwork_accountsForItsTime() {
    try (TorchExecutor executor = executor(true)) {
      Profile profile =
          new Profiler(executor, new Profiler.Options(5, 2), () -> false)
              .profile(new Profiler.Subject("mobile", 12, SIDE, SIDE, ElementType.F32), FAST);
      assertThat(profile.flops())
          .isEqualTo(executor.graph().withInputs(Shape.of(1, 3, SIDE, SIDE)).cost().flops());
      double layers = profile.sum(layer -> layer.time().p50());
      assertThat(layers).isPositive().isLessThan(1.5 * profile.endToEnd().p50());
      assertThat(profile.gaps()).isPositive();
      assertThat(profile.layers()).allMatch(layer -> layer.time().minimum() >= 0);
      assertThat(profile.layers()).allMatch(layer -> layer.roofShare() <= 1);
      assertThat(profile.secondsByCategory().get(Category.SQUEEZE_EXCITE)).isPositive();
      assertThat(profile.secondsByPart().values()).allMatch(seconds -> seconds > 0);
      assertThat(profile.layers().stream().map(ProfiledLayer::work).map(LayerWork::node))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void memory_channelsFirst_countsNewMemoryAndReorders() {
    List<StepMemory> steps;
    Graph ran;
    try (TorchExecutor executor = executor(false, TorchOptions.Layout.CONTIGUOUS)) {
      float[] before = copy(executor.run(picture()).get(0));
      steps = executor.memory(picture());
      ran = executor.graph().withInputs(Shape.of(1, 3, SIDE, SIDE));
      assertThat(copy(executor.run(picture()).get(0))).isEqualTo(before);
    }
    assertThat(steps).hasSameSizeAs(ran.nodes());
    for (Node node : ran.nodes()) {
      StepMemory step = steps.get(node.id());
      assertThat(step.node()).isEqualTo(node.id());
      if (node.op() instanceof Conv2d conv) {
        assertThat(step.allocations()).as(node.modulePath()).isEqualTo(1);
        assertThat(step.bytes()).isEqualTo(4 * node.shape().elements());
        boolean onePixel = node.shape().dim(2) == 1;
        if (conv.isDepthwise() && !onePixel) {
          assertThat(step.reorders()).as(node.modulePath()).isEqualTo(2);
        }
      }
    }
    // Activations that overwrite their input take no memory.
    assertThat(steps.stream().filter(step -> step.allocations() == 0)).isNotEmpty();
  }

  @Test
  void memory_channelsLast_reordersNothing() {
    try (TorchExecutor executor = executor(false, TorchOptions.Layout.CHANNELS_LAST)) {
      assertThat(executor.memory(picture())).allMatch(step -> step.reorders() == 0);
    }
  }

  @Test
  void inTurns_twoNetworks_areMeasuredInBlocksWithCounters() {
    try (TorchExecutor first = executor(true);
        TorchExecutor second = executor(false)) {
      List<Profile> profiles =
          Profiler.inTurns(
              List.of(entrant("first", first), entrant("second", second)),
              new Profiler.Options(4, 1),
              FAST,
              () -> false);
      assertThat(profiles).extracting(Profile::model).containsExactly("first", "second");
      for (Profile profile : profiles) {
        assertThat(profile.circumstances().blocks()).isEqualTo(4);
        assertThat(profile.circumstances().seconds()).hasSize(4);
        assertThat(profile.layers())
            .allMatch(layer -> layer.counts().faults().isKnown() == (profile.faults() >= 0));
      }
      assertThat(new Comparison(profiles.get(0), profiles.get(1)).uncertainty()).isPresent();
    }
  }

  private static Profiler.Entrant entrant(String name, TorchExecutor executor) {
    return new Profiler.Entrant(
        executor, new Profiler.Subject(name, 12, SIDE, SIDE, ElementType.F32));
  }

  private static <T> List<Node> fused(TorchExecutor executor, Class<T> type) {
    List<Integer> doneBy = executor.doneBy();
    return executor.graph().nodes().stream()
        .filter(node -> type.isInstance(node.op()) && doneBy.get(node.id()) != node.id())
        .toList();
  }

  private TorchExecutor executor(boolean ownKernels) {
    return executor(ownKernels, TorchOptions.Layout.CHANNELS_LAST);
  }

  private TorchExecutor executor(boolean ownKernels, TorchOptions.Layout layout) {
    return TorchExecutor.create(
        graph,
        Initializer.initialize(graph, 1),
        TorchOptions.defaults().withThreads(1).withOwnKernels(ownKernels).withLayout(layout));
  }

  private static ImageBatch picture() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(SIDE * SIDE * ImageBatch.CHANNELS);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) (i * 31));
    }
    return new ImageBatch(pixels, 1, SIDE, SIDE);
  }

  private static float[] copy(RawHead head) {
    float[] values = new float[head.values().remaining()];
    head.values().duplicate().get(values);
    return values;
  }
}
