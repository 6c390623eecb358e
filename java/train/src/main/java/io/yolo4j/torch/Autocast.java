package io.yolo4j.torch;

import io.yolo4j.torch.TorchOptions.Precision;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch's automatic choice of bfloat16 on this thread while it is open. The cache of converted
 * weights is cleared at the end: it would go on with stale weights after an optimizer step.
 */
final class Autocast implements AutoCloseable {
  private final boolean enabled;

  private Autocast(boolean enabled) {
    this.enabled = enabled;
    if (enabled) {
      torch.set_autocast_enabled(torch.DeviceType.CPU, true);
      torch.set_autocast_dtype(torch.DeviceType.CPU, torch.ScalarType.BFloat16);
      torch.increment_nesting();
    }
  }

  static Autocast of(Precision precision) {
    return new Autocast(precision == Precision.BFLOAT16);
  }

  @Override
  public void close() {
    if (enabled) {
      if (torch.decrement_nesting() == 0) {
        torch.clear_cache();
      }
      torch.set_autocast_enabled(torch.DeviceType.CPU, false);
    }
  }
}
