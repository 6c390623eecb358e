package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.management.OperatingSystemMXBean;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchExecutorTest {
  private static final Graph SMALL =
      Model.of(Zoo.find("yolov5n").orElseThrow().withClasses(2)).graph();

  @Test
  void run_sizeOffTheStride_namesStrideAndSize() {
    try (TorchExecutor executor = executor()) {
      assertThatThrownBy(() -> executor.run(zeros(1, 64, 100)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "height and width of a batch must be multiples of the largest stride 32, got 64x100");
    }
  }

  @Test
  void run_oneThread_keepsOneCoreBusy() {
    Graph heavy = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
    try (TorchExecutor executor =
        TorchExecutor.create(
            heavy, Initializer.initialize(heavy, 1), TorchOptions.defaults().withThreads(1))) {
      executor.run(zeros(1, 320, 320));
      long cpu = cpuNanos();
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        executor.run(zeros(1, 320, 320));
      }
      double cores = (double) (cpuNanos() - cpu) / (System.nanoTime() - start);
      // 2.0 on two cores when 1x1 convolutions took all; the JVM's own threads take a little.
      assertThat(cores).isLessThan(1.5);
    } finally {
      TorchLibrary.threads(Runtime.getRuntime().availableProcessors());
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  @Test
  void run_afterClose_isRefused() {
    TorchExecutor executor = executor();
    executor.close();
    executor.close();
    assertThatThrownBy(() -> executor.run(zeros(1, 64, 64)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the executor is closed");
  }

  @Test
  void create_missingTensor_isNamed() {
    StateDict state = constant(SMALL);
    StateDict.Builder lacking = StateDict.builder();
    state.forEach(
        (name, tensor) -> {
          if (!name.equals("model.9.cv2.conv.weight")) {
            lacking.put(name, tensor);
          }
        });
    assertThatThrownBy(
            () -> TorchNetwork.trainable(SMALL, lacking.build(), TorchOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the weights do not fit the model: 1 of 349 tensors are wrong, the first: model.9.cv2.conv.weight is missing");
  }

  @Test
  void create_wrongShape_namesBothShapes() {
    StateDict state =
        constant(SMALL).with("model.0.bn.bias", HostTensor.of(new float[3], Shape.of(3)));
    assertThatThrownBy(() -> TorchNetwork.trainable(SMALL, state, TorchOptions.defaults()))
        .hasMessageEndingWith("the first: model.0.bn.bias must have shape [16], got [3]");
  }

  @Test
  void create_graphWithoutHead_isRefused() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    Graph graph =
        builder.build(List.of(builder.root().conv2d("conv", Conv2d.of(3, 4, 3)).apply(x)), null);
    assertThatThrownBy(() -> TorchExecutor.create(graph, constant(graph), TorchOptions.defaults()))
        .hasMessage("the graph has no detection head");
  }

  @Test
  void forward_wrongChannels_namesTheModule() {
    try (TorchNetwork network =
            TorchNetwork.frozen(SMALL, constant(SMALL), TorchOptions.defaults());
        TorchScope scope = TorchScope.open()) {
      Tensor x = TensorTransfer.toTorch(new float[4 * 64 * 64], Shape.of(1, 4, 64, 64));
      assertThatThrownBy(() -> network.forward(List.of(x), false))
          .isInstanceOf(TorchException.class)
          .hasMessageStartingWith("module model.0.conv (Conv2d 3→16 k6 s2 p2): ")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
  }

  @Test
  void forward_trainingAFrozenNetwork_isRefused() {
    try (TorchNetwork network =
            TorchNetwork.frozen(SMALL, constant(SMALL), TorchOptions.defaults());
        TorchScope scope = TorchScope.open()) {
      Tensor x = TensorTransfer.toTorch(new float[3 * 64 * 64], Shape.of(1, 3, 64, 64));
      assertThatThrownBy(() -> network.forward(List.of(x), true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the network was created frozen and does not train");
    }
  }

  @Test
  void stateDict_untouchedNetwork_givesBackWhatWentIn() {
    StateDict state = constant(SMALL);
    try (TorchNetwork network = TorchNetwork.trainable(SMALL, state, TorchOptions.defaults())) {
      StateDict out = network.stateDict();
      assertThat(out.names()).isEqualTo(SMALL.parameters().stream().map(Parameter::name).toList());
      for (String name : out.names()) {
        assertThat(out.get(name).toDoubles()).as(name).isEqualTo(state.get(name).toDoubles());
        assertThat(out.get(name).dtype()).as(name).isEqualTo(state.get(name).dtype());
      }
    }
  }

  @Test
  void forward_inTraining_countsBatches() {
    try (TorchNetwork network =
            TorchNetwork.trainable(SMALL, constant(SMALL), TorchOptions.defaults().withThreads(1));
        TorchScope scope = TorchScope.open()) {
      Tensor x = TensorTransfer.toTorch(new float[3 * 64 * 64], Shape.of(1, 3, 64, 64));
      network.forward(List.of(x), false);
      network.forward(List.of(x), true);
      network.forward(List.of(x), true);
      assertThat(network.stateDict().get("model.0.bn.num_batches_tracked").toDoubles())
          .containsExactly(2);
    }
  }

  @Test
  void create_gpuWithoutDriver_saysWhatIsMissing() {
    assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "skipped: there is a GPU");
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(2, 3, 8, 8));
    Graph graph =
        builder.build(List.of(builder.root().conv2d("conv", Conv2d.of(3, 4, 3)).apply(x)), null);
    TorchOptions onGpu = TorchOptions.defaults().withDevice(TorchOptions.Device.CUDA);
    assertThatThrownBy(() -> TorchNetwork.trainable(graph, constant(graph), onGpu))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("device cuda: LibTorch's part for GPUs cannot be loaded (")
        .hasMessageContaining("CUDA 13 with cuDNN 9");
  }

  @ParameterizedTest
  @EnumSource(
      value = TorchOptions.Precision.class,
      names = {"BFLOAT16", "FLOAT16"})
  void autocast_inTraining_keepsParametersInFloat32(TorchOptions.Precision precision) {
    TorchOptions half = TorchOptions.defaults().withPrecision(precision).withThreads(1);
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(2, 3, 8, 8));
    Graph graph =
        builder.build(List.of(builder.root().conv2d("conv", Conv2d.of(3, 4, 3)).apply(x)), null);
    try (TorchNetwork network = TorchNetwork.trainable(graph, constant(graph), half);
        TorchScope scope = TorchScope.open()) {
      float[] values = new float[2 * 3 * 8 * 8];
      Arrays.fill(values, 0.5f);
      Tensor out =
          network
              .forward(List.of(TensorTransfer.toTorch(values, Shape.of(2, 3, 8, 8))), true)
              .get(0);
      assertThat(out.scalar_type().intern()).isEqualTo(TorchDevice.type(precision));
      out.sum().backward();
      Tensor weight = Objects.requireNonNull(network.parameters().get("conv.weight"));
      assertThat(weight.grad().scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
    }
  }

  @Test
  void run_manyTimes_leavesNoNativePointer() {
    long before = NativePointers.settled();
    try (TorchExecutor executor = executor()) {
      ImageBatch batch = zeros(1, 64, 64);
      executor.run(batch);
      long warm = NativePointers.settled();
      for (int i = 0; i < 20; i++) {
        executor.run(batch);
      }
      assertThat(Pointer.totalCount()).as("after 20 more runs").isEqualTo(warm);
    }
    assertThat(Pointer.totalCount()).as("after close").isEqualTo(before);
  }

  static TorchExecutor executor() {
    return TorchExecutor.create(SMALL, constant(SMALL), TorchOptions.defaults().withThreads(1));
  }

  static ImageBatch zeros(int images, int height, int width) {
    return new ImageBatch(
        ByteBuffer.allocateDirect(images * height * width * 3), images, height, width);
  }

  /** Small constant weights, batch norms at rest; enough where values do not matter. */
  static StateDict constant(Graph graph) {
    StateDict.Builder state = StateDict.builder();
    for (Parameter parameter : graph.parameters()) {
      if (parameter.role() == ParameterRole.BATCH_COUNT) {
        state.put(parameter.name(), HostTensor.of(new long[] {0}, parameter.shape()));
        continue;
      }
      boolean one =
          parameter.role() == ParameterRole.NORM_WEIGHT
              || parameter.role() == ParameterRole.RUNNING_VARIANCE
              || parameter.role() == ParameterRole.ANCHORS;
      float[] values = new float[(int) parameter.elements()];
      Arrays.fill(values, one ? 1 : 0.01f);
      state.put(parameter.name(), HostTensor.of(values, parameter.shape()));
    }
    return state.build();
  }
}
