package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.kernels.ElementType;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RoofTimeTest {
  private static final double EXACT = 1e-18;

  @Test
  void of_tensorsInDifferentLevels_takeTheirOwnBandwidth() {
    LayerWork work = Profiles.layer("a", Category.ADD, Part.NECK, 1000, 4000, 1).work();
    // Two tensors of 2000 bytes, over L1's 1000: memory reads 10 GB/s at best.
    RoofTime time = RoofTime.of(work, Profiles.ROOFS);
    assertThat(time.memory()).isCloseTo(4000 / 10e9, within(EXACT));
    assertThat(time.compute()).isCloseTo(1000 / 100e9, within(EXACT));
    assertThat(time.level()).isEqualTo("DRAM");
    assertThat(time.isCompute()).isFalse();
    assertThat(time.seconds()).isEqualTo(time.memory());
  }

  @Test
  void of_tensorsThatFit_takeTheCachesBandwidth() {
    RoofTime time =
        RoofTime.of(
            Profiles.layer("a", Category.ADD, Part.NECK, 1_000_000, 2000, 1).work(),
            Profiles.ROOFS);
    assertThat(time.memory()).isCloseTo(2000 / 100e9, within(EXACT));
    assertThat(time.level()).isEqualTo("L1");
    assertThat(time.isCompute()).isTrue();
  }

  @Test
  void of_aConvolution_takesTheTensorCores_andNothingElseDoes() {
    Roofs gpu =
        new Roofs(
            "a GPU", 1, "specified", 100e9, Map.of("f32 tensor", 400e9), Profiles.ROOFS.levels());
    for (Category category : Category.values()) {
      LayerWork work = Profiles.layer("a", category, Part.NECK, 1000, 4000, 1).work();
      boolean matrices =
          category == Category.DENSE_CONVOLUTION || category == Category.POINTWISE_CONVOLUTION;
      assertThat(RoofTime.of(work, gpu).compute())
          .as(category.title())
          .isCloseTo(1000 / (matrices ? 400e9 : 100e9), within(EXACT));
    }
  }

  @Test
  void ridge_isPeakOverMemorysBestBandwidth() {
    assertThat(Profiles.ROOFS.ridge()).isEqualTo(10);
  }

  @Test
  void peak_ofAType_isTheHighestThatIsKnownForIt() {
    assertThat(Profiles.ROOFS.peak(ElementType.F32)).isEqualTo(100e9);
    assertThat(Profiles.ROOFS.peak(ElementType.BF16)).isEqualTo(150e9);
    assertThat(Profiles.ROOFS.peak(ElementType.F16)).as("not measured").isEqualTo(100e9);
  }
}
