package io.yolo4j.bench;

import io.yolo4j.torch.TorchLibrary;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call from Java into LibTorch costs beside the work itself.
 *
 * <pre>{@code bench/run JniBenchmark}</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JniBenchmark {
  @SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
  private Tensor tensor;

  /** Makes a tensor of one element. */
  @Setup
  public void setUp() {
    TorchLibrary.load();
    tensor = torch.ones(1);
  }

  /** Frees it. */
  @TearDown
  public void tearDown() {
    tensor.close();
  }

  /** A call that computes nothing. */
  @Benchmark
  public long numel() {
    return tensor.numel();
  }

  /** A call that makes a tensor handle and frees it: what every operation of a network pays. */
  @Benchmark
  public long detachAndClose() {
    try (Tensor detached = tensor.detach()) {
      return detached.address();
    }
  }

  /** The smallest operation with a result. */
  @Benchmark
  public long siluOfOneElement() {
    try (Tensor result = torch.silu(tensor)) {
      return result.address();
    }
  }
}
