package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.kernels.ElementType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DeviceTableTest {
  private final DeviceTable table = DeviceTable.load();

  @Test
  void everyDevice_float32_isItsLanesTimesItsClock() {
    assertThat(table.devices()).hasSize(16);
    for (DeviceTable.Device device : table.devices()) {
      assertThat(device.flops(device.boostMhz()) / 1e12)
          .as(device.name())
          .isCloseTo(device.float32(), within(0.005 * device.float32()));
    }
  }

  @Test
  void rtx3090_atTheClockOfThePaper_hasItsRidge() {
    DeviceTable.Device device = table.device("rtx3090");
    assertThat(Math.floor(device.flops(1700) / 1e9)).isEqualTo(35686);
    assertThat(device.gigabytes()).isEqualTo(936);
    assertThat(device.ridge(1700)).isCloseTo(38.13, within(0.005));
  }

  @Test
  void roofs_ofTensorCores_areOfMatricesOnly() {
    Roofs ampere = table.device("A100 SXM4 40GB").roofs();
    assertThat(ampere.peak(ElementType.F32, Category.DENSE_CONVOLUTION)).isEqualTo(155.9e12);
    assertThat(ampere.peak(ElementType.F32, Category.DEPTHWISE_CONVOLUTION))
        .isCloseTo(19.49e12, within(0.01e12));
    assertThat(ampere.peak(ElementType.BF16, Category.POINTWISE_CONVOLUTION)).isEqualTo(311.9e12);
    assertThat(ampere.peak(ElementType.BF16, Category.ACTIVATION))
        .isCloseTo(19.49e12, within(0.01e12));
    assertThat(ampere.peak(ElementType.F16, Category.DENSE_CONVOLUTION)).isEqualTo(311.9e12);
    assertThat(ampere.peak(ElementType.F16, Category.ACTIVATION)).isEqualTo(77.97e12);
    assertThat(ampere.tensorNote(ElementType.F32).orElseThrow())
        .contains("run in TF32 on the tensor cores", "155.9 TFLOP/s is their roof", "lanes' 19.5");
    assertThat(ampere.tensorNote(ElementType.F16)).isEmpty();
    // Without TF32 there is no bfloat16 either.
    Roofs turing = table.device("T4").roofs();
    assertThat(turing.peak(ElementType.F16, Category.DENSE_CONVOLUTION)).isEqualTo(65.1 * 1e12);
    assertThat(turing.peak(ElementType.BF16, Category.DENSE_CONVOLUTION)).isEqualTo(turing.flops());
    assertThat(turing.peak(ElementType.F32, Category.DENSE_CONVOLUTION)).isEqualTo(turing.flops());
    assertThat(turing.tensorNote(ElementType.F32)).isEmpty();
  }

  @Test
  void roofs_atAnotherClock_scaleEverythingButMemory() {
    DeviceTable.Device device = table.device("rtx4090");
    Roofs half = device.roofs(device.boostMhz() / 2.0);
    assertThat(half.flops()).isCloseTo(device.roofs().flops() / 2, within(1.0));
    assertThat(half.peak(ElementType.F16)).isCloseTo(165.2e12 / 2, within(1.0));
    assertThat(half.levels()).isEqualTo(device.roofs().levels());
  }

  @Test
  void device_unknownOrUnclear_namesCandidates() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.device("gtx 1080"))
        .withMessage(
            "no single device is named 'gtx 1080'; the nearest names are RTX 3090, RTX 4090, RTX 5090");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.device("H100 SXM9"))
        .withMessageContaining("the nearest names are H100 SXM5, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.device("a100"))
        .withMessageContaining("A100 SXM4 40GB, A100 SXM4 80GB");
    assertThatIllegalArgumentException().isThrownBy(() -> table.device(" "));
  }

  @Test
  void everyDevice_hasMemoryOfTheSizeInItsName() {
    for (DeviceTable.Device device : table.devices()) {
      assertThat(device.memoryBytes())
          .as(device.name())
          .isBetween(8_000_000_000L, 141_000_000_000L);
      Matcher named = Pattern.compile("(\\d+)GB").matcher(device.name());
      if (named.find()) {
        assertThat(device.memoryGigabytes()).isEqualTo(Double.parseDouble(named.group(1)));
      }
    }
    assertThat(table.device("rtx3090").memoryChecked()).isNotNull();
    assertThat(table.device("rtx4090").memoryChecked()).isNull();
  }
}
