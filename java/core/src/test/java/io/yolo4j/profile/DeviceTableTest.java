package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

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
