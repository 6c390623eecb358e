package io.yolo4j.bench.kernels;

import org.openjdk.jmh.annotations.Param;

/**
 * Hardswish, SiLU and Hardsigmoid on the shapes of mobilenetv3small_yolo5s, and their gradients.
 *
 * <pre>{@code bench/run ActivationBenchmark -p size=640 -p batch=1 -p variant=f32_forward}</pre>
 */
public class ActivationBenchmark extends KernelBenchmark {
  @Param({"f32_forward", "f32_backward", "bf16_forward", "bf16_backward"})
  String variant = "f32_forward";

  @Param({"yolo4j", "onednn", "libtorch", "copy_ceiling"})
  String form = "yolo4j";

  /** Creates a benchmark; JMH sets its fields. */
  public ActivationBenchmark() {}

  @Override
  KernelFamily family() {
    return KernelFamily.ACTIVATION;
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
