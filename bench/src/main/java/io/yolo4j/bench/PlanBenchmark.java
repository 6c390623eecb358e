package io.yolo4j.bench;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.Candidates;
import io.yolo4j.detect.HeadDecoder;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.detect.NonMaxSuppression;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Pixels in, detections out, a batch at a time: plans beside ONNX Runtime, the baseline, and the
 * LibTorch executor. Each form is a process of its own; RuntimeTable lets them take turns in one.
 *
 * <pre>{@code bench/run PlanBenchmark -p model=yolov5n -p threads=1 -prof gc}</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PlanBenchmark {
  private static final float CONFIDENCE = 0.25f;

  @Param({"yolov5n", "yolov5s", "mobilenetv3small_yolo5s"})
  String model = "yolov5n";

  @Param("640")
  int size;

  @Param({"1", "4"})
  int batch;

  @Param({"1", "2"})
  int threads;

  @Param RuntimeForm form = RuntimeForm.ONNX_RUNTIME_F32;

  private final Candidates candidates = new Candidates();
  private final NonMaxSuppression suppression = new NonMaxSuppression(NmsOptions.detection());

  @SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
  private Executor executor;

  @SuppressWarnings("NullAway.Init")
  private HeadDecoder decoder;

  @SuppressWarnings("NullAway.Init")
  private ImageBatch pixels;

  /** Builds the executor and checks that it gives numbers. */
  @Setup
  public void setUp() {
    executor = form.of(model, new RuntimeForm.Batch(batch, size), threads);
    decoder = new HeadDecoder(executor.head());
    pixels = ImageBatch.noise(batch, size, size);
    for (RawHead head : executor.run(pixels)) {
      for (int i = 0; i < head.values().limit(); i++) {
        if (!Float.isFinite(head.values().get(i))) {
          throw new IllegalStateException("the network gives " + head.values().get(i));
        }
      }
    }
  }

  /** Closes the executor. */
  @TearDown
  public void tearDown() {
    executor.close();
  }

  /** Network, decoding, suppression. */
  @Benchmark
  public int detect() {
    List<RawHead> heads = executor.run(pixels);
    int kept = 0;
    for (int image = 0; image < batch; image++) {
      candidates.clear();
      decoder.decode(heads, image, CandidateFilter.of(CONFIDENCE), candidates);
      kept += suppression.keep(candidates).length;
    }
    return kept;
  }
}
