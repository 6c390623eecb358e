package io.yolo4j.torch;

import io.yolo4j.torch.TorchOptions.Precision;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch's automatic choice of a 16-bit type on this thread while it is open. The cache of
 * converted weights is cleared at the end: it would go on with stale weights after an optimizer
 * step.
 */
final class Autocast implements AutoCloseable {
  private final torch.DeviceType device;
  private final boolean enabled;

  private Autocast(torch.DeviceType device, Precision precision) {
    this.device = device;
    this.enabled = precision != Precision.FLOAT32;
    if (enabled) {
      torch.set_autocast_enabled(device, true);
      torch.set_autocast_dtype(device, TorchDevice.type(precision));
      torch.increment_nesting();
    }
  }

  static Autocast of(TorchOptions.Device device, Precision precision) {
    return new Autocast(TorchDevice.type(device), precision);
  }

  @Override
  public void close() {
    if (enabled) {
      if (torch.decrement_nesting() == 0) {
        torch.clear_cache();
      }
      torch.set_autocast_enabled(device, false);
    }
  }
}
