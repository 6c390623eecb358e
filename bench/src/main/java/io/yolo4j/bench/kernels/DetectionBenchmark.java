package io.yolo4j.bench.kernels;

import org.openjdk.jmh.annotations.Param;

/**
 * What stands around the network: decoding, suppression, pixels. Not every step has every form: the
 * kernels' Java versions are those of decoding and suppression, OpenCV's and oneDNN's that of
 * pixels, and LibTorch has no suppression.
 *
 * <pre>{@code bench/run DetectionBenchmark -p step=DECODE -p task=validation -p form=yolo4j,java
 * bench/run DetectionBenchmark -p step=PIXELS_IN -p task=f32_nhwc -p form=yolo4j,opencv,libtorch
 * }</pre>
 */
public class DetectionBenchmark extends KernelBenchmark {
  @Param({"DECODE", "SUPPRESSION"})
  KernelFamily step = KernelFamily.DECODE;

  /** With the filter and limits of detection or validation; the type and layout of pixels. */
  @Param({"detection", "validation"})
  String task = "detection";

  @Param({"yolo4j", "java", "copy_ceiling"})
  String form = "yolo4j";

  /** Creates a benchmark; JMH sets its fields. */
  public DetectionBenchmark() {}

  @Override
  KernelFamily family() {
    return step;
  }

  @Override
  String variant() {
    return task;
  }

  @Override
  String form() {
    return form;
  }
}
