package io.yolo4j.bench.kernels;

import io.yolo4j.torch.TorchLibrary;
import java.util.List;

/** The families of kernels, each with its layers. */
public enum KernelFamily {
  /** Depthwise convolution with bias and Hardswish. */
  DEPTHWISE,
  /** Element-wise functions and their gradients. */
  ACTIVATION,
  /** Squeeze and excite. */
  SQUEEZE_EXCITE,
  /** Raw heads to candidates. */
  DECODE,
  /** Non-maximum suppression. */
  SUPPRESSION,
  /** 8-bit pixels to the network's input. */
  PIXELS_IN;

  /**
   * Returns what is measured: layer after layer, each in its variants. Tells OpenMP how many
   * threads there are, which LibTorch and oneDNN share.
   */
  List<KernelCase> cases(Setting setting) {
    TorchLibrary.threads(setting.threads());
    return switch (this) {
      case DEPTHWISE -> DepthwiseCases.of(setting);
      case ACTIVATION -> ActivationCases.of(setting);
      case SQUEEZE_EXCITE -> SqueezeExciteCases.of(setting);
      case DECODE -> DecodeCases.of(setting);
      case SUPPRESSION -> SuppressionCases.of(setting);
      case PIXELS_IN -> PixelsInCases.of(setting);
    };
  }
}
