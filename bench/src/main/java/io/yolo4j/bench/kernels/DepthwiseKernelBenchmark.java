package io.yolo4j.bench.kernels;

import org.openjdk.jmh.annotations.Param;

/**
 * The eleven depthwise convolutions of mobilenetv3small_yolo5s with bias and Hardswish.
 *
 * <pre>{@code bench/run DepthwiseKernelBenchmark -p size=640 -p batch=1 -p variant=f32_nhwc}</pre>
 */
public class DepthwiseKernelBenchmark extends KernelBenchmark {
  @Param({"f32_nhwc", "f32_nchw", "bf16_nhwc", "bf16_nchw"})
  String variant = "f32_nhwc";

  @Param({"yolo4j", "onednn", "onednn_preferred", "libtorch", "copy_ceiling"})
  String form = "yolo4j";

  /** Creates a benchmark; JMH sets its fields. */
  public DepthwiseKernelBenchmark() {}

  @Override
  KernelFamily family() {
    return KernelFamily.DEPTHWISE;
  }

  @Override
  String variant() {
    return variant;
  }

  @Override
  String form() {
    return form;
  }
}
