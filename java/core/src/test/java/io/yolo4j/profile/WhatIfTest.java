package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class WhatIfTest {
  private static final double EXACT = 1e-15;
  private final DeviceTable.Device device = DeviceTable.load().device("RTX 3090");
  private final WhatIf plain = new WhatIf(device, 1700, false, 1);

  @Test
  void of_computeBoundLayer_takesItsFlopsOverThePeak() {
    Profile profile =
        Profiles.of(
            "one",
            1,
            Profiles.layer("a", Category.DENSE_CONVOLUTION, Part.NECK, 35_686_400_000L, 4000, 1));
    WhatIf.Prediction prediction = plain.of(profile);
    assertThat(prediction.roof()).isCloseTo(1e-3, within(1e-12));
    assertThat(prediction.busyAtShares()).isGreaterThan(prediction.busy());
    assertThat(prediction.host()).isCloseTo(1e-6 + WhatIf.LAUNCH, within(EXACT));
    assertThat(prediction.isIssueBound()).isFalse();
  }

  @Test
  void of_manyTinyLayers_isIssueBound() {
    ProfiledLayer[] layers = new ProfiledLayer[200];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = Profiles.layer("l" + i, Category.ACTIVATION, Part.BACKBONE, 100, 400, 1e-5);
    }
    WhatIf.Prediction prediction = plain.of(Profiles.of("many", 1, layers));
    assertThat(prediction.isIssueBound()).isTrue();
    assertThat(prediction.eager())
        .isCloseTo(200 * (1e-6 + WhatIf.LAUNCH) + WhatIf.KERNEL_FLOOR, within(1e-9));
  }

  @Test
  void of_float16AndBatch_scaleBytesFlopsAndPeaks() {
    Profile memory =
        Profiles.of("memory", 1, Profiles.layer("a", Category.ADD, Part.NECK, 10, 936_000_000L, 1));
    assertThat(plain.of(memory).roof()).isCloseTo(1e-3, within(1e-12));
    assertThat(new WhatIf(device, 1700, true, 8).of(memory).roof()).isCloseTo(4e-3, within(1e-12));
    Profile matrices =
        Profiles.of(
            "m",
            1,
            Profiles.layer("a", Category.DENSE_CONVOLUTION, Part.NECK, 71_200_000_000L, 8, 1));
    assertThat(new WhatIf(device, 1695, true, 1).of(matrices).roof()).isCloseTo(1e-3, within(1e-9));
  }
}
