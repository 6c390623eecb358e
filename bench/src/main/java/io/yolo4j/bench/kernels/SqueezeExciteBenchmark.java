package io.yolo4j.bench.kernels;

import org.openjdk.jmh.annotations.Param;

/**
 * The squeeze and excites of mobilenetv3small_yolo5s.
 *
 * <pre>{@code bench/run SqueezeExciteBenchmark -p size=640 -p batch=1 -p variant=f32_nhwc}</pre>
 */
public class SqueezeExciteBenchmark extends KernelBenchmark {
  @Param({"f32_nhwc", "f32_nchw", "bf16_nhwc", "bf16_nchw"})
  String variant = "f32_nhwc";

  @Param({"yolo4j", "onednn", "libtorch", "copy_ceiling"})
  String form = "yolo4j";

  /** Creates a benchmark; JMH sets its fields. */
  public SqueezeExciteBenchmark() {}

  @Override
  KernelFamily family() {
    return KernelFamily.SQUEEZE_EXCITE;
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
