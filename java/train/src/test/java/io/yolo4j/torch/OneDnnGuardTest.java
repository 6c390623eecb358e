package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.weights.Initializer;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OneDnnGuardTest {
  @BeforeAll
  static void loads() {
    TorchLibrary.load();
  }

  @Test
  void holds_twoAtATime_switchOnAfterTheLast() {
    OneDnnGuard.Hold first = OneDnnGuard.hold();
    OneDnnGuard.Hold second = OneDnnGuard.hold();
    assertThat(torch.globalContext().userEnabledMkldnn()).isFalse();
    first.close();
    first.close();
    assertThat(torch.globalContext().userEnabledMkldnn()).isFalse();
    second.close();
    assertThat(torch.globalContext().userEnabledMkldnn()).isTrue();
  }

  @Test
  void isRight_withoutOneDnn_everyForm() {
    try (OneDnnGuard.Hold hold = OneDnnGuard.hold()) {
      for (boolean channelsLast : new boolean[] {false, true}) {
        for (Conv2d conv :
            new Conv2d[] {
              Conv2d.of(24, 1, 3),
              Conv2d.of(3, 16, 6).withStride(2),
              Conv2d.of(3, 12, 5).withGroups(3)
            }) {
          assertThat(OneDnnGuard.isRight(conv, channelsLast, true)).as(conv.text()).isTrue();
        }
      }
    }
  }

  @Test
  void mayDivideByZero_manyChannelsToMany_true() {
    int[][] known = {{256, 1024}, {512, 1024}, {512, 2048}, {1024, 512}, {1024, 2048}};
    for (int[] channels : known) {
      assertThat(OneDnnGuard.mayDivideByZero(Conv2d.of(channels[0], channels[1], 1))).isTrue();
      assertThat(OneDnnGuard.mayDivideByZero(Conv2d.of(channels[0], channels[1], 3))).isFalse();
    }
    assertThat(OneDnnGuard.mayDivideByZero(Conv2d.of(512, 256, 1))).isFalse();
    assertThat(OneDnnGuard.mayDivideByZero(Conv2d.of(1152, 512, 1))).isFalse();
  }

  @Test
  void holdForBatch_fewPicturesOnOneThread_leavesOneDnnOn() {
    int before = TorchLibrary.threads();
    try {
      TorchLibrary.threads(1);
      assertThat(OneDnnGuard.holdForBatch("a convolution", 15)).isNull();
      try (OneDnnGuard.Hold hold = OneDnnGuard.holdForBatch("a convolution", 16)) {
        assertThat(hold).isNotNull();
        assertThat(torch.globalContext().userEnabledMkldnn()).isFalse();
      }
      TorchLibrary.threads(2);
      try (OneDnnGuard.Hold hold = OneDnnGuard.holdForBatch("a convolution", 1)) {
        assertThat(hold).isNotNull();
      }
    } finally {
      TorchLibrary.threads(before);
    }
  }

  /** Where oneDNN divides, the process would end here. */
  @Test
  void forward_manyChannelsOnTwoThreads_lives() {
    Graph graph = Model.of(Zoo.find("yolov5s").orElseThrow()).graph();
    try (TorchExecutor executor =
        TorchExecutor.create(
            graph, Initializer.initialize(graph, 0), TorchOptions.defaults().withThreads(2))) {
      assertThat(executor.run(ImageBatch.noise(1, 160, 160))).hasSize(3);
    }
  }
}
