package io.yolo4j.bench.kernels;

import io.yolo4j.torch.TorchLibrary;
import java.util.List;
import java.util.function.Function;

/** The families of kernels, each with its layers. */
public enum KernelFamily {
  /** Depthwise convolution with bias and Hardswish. */
  DEPTHWISE(DepthwiseCases::of),
  /** Element-wise functions and their gradients. */
  ACTIVATION(ActivationCases::of),
  /** Squeeze and excite. */
  SQUEEZE_EXCITE(SqueezeExciteCases::of),
  /** Raw heads to candidates. */
  DECODE(DecodeCases::of),
  /** Non-maximum suppression. */
  SUPPRESSION(SuppressionCases::of),
  /** 8-bit pixels to the network's input. */
  PIXELS_IN(PixelsInCases::of);

  private final Function<Setting, List<KernelCase>> cases;

  KernelFamily(Function<Setting, List<KernelCase>> cases) {
    this.cases = cases;
  }

  /**
   * Returns what is measured: layer after layer, each in its variants. Tells OpenMP how many
   * threads there are, which LibTorch and oneDNN share.
   */
  List<KernelCase> cases(Setting setting) {
    TorchLibrary.threads(setting.threads());
    return cases.apply(setting);
  }
}
