package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** What decides whether a GPU runs an operation of ours; it takes no GPU. */
final class GpuOperationTest {
  private final List<Integer> tested = new ArrayList<>();

  private GpuOperation operation(Optional<String> registration, int broken) {
    return new GpuOperation(
        "operation",
        () -> registration,
        gpu -> {
          tested.add(gpu);
          return gpu == broken ? Optional.of("y of float32") : Optional.empty();
        });
  }

  @Test
  void runsOn_eachGpu_isTriedOutOnce() {
    GpuOperation operation = operation(Optional.empty(), -1);
    assertThat(operation.runsOn(0)).isTrue();
    assertThat(operation.runsOn(1)).isTrue();
    assertThat(operation.runsOn(0)).isTrue();
    assertThat(tested).containsExactly(0, 1);
  }

  @Test
  void runsOn_disagreement_isForThatGpuAndStays() {
    GpuOperation operation = operation(Optional.empty(), 0);
    assertThat(operation.runsOn(0)).isFalse();
    assertThat(operation.runsOn(0)).isFalse();
    assertThat(operation.runsOn(1)).isTrue();
    assertThat(tested).containsExactly(0, 1);
  }

  @Test
  void runsOn_notRegistered_isFalseWithoutSelfTest() {
    GpuOperation operation = operation(Optional.of("libtorch_cuda.so is not loaded"), -1);
    assertThat(operation.runsOn(0)).isFalse();
    assertThat(tested).isEmpty();
  }

  @Test
  void runsOnDeviceOf_tensorOnTheCpu_isFalseWithoutSelfTest() {
    try (TorchScope scope = TorchScope.open()) {
      GpuOperation operation = operation(Optional.empty(), -1);
      assertThat(operation.runsOnDeviceOf(SelfTestTensors.random(Shape.of(2, 3), 1))).isFalse();
      assertThat(tested).isEmpty();
    }
  }

  @Test
  void whyNotOnGpus_libTorchForTheCpu_saysWhatIsMissing() {
    assumeTrue(
        Loader.getPlatform().equals("linux-x86_64") && !torch.cuda_is_available(),
        "skipped: it takes a LibTorch for the CPU of linux-x86_64");
    assertThat(FusedKernels.whyNotOnGpus().orElseThrow())
        .isEqualTo("libtorch_cuda.so is not loaded in this process");
  }
}
