package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Conv2d;
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
}
