package io.yolo4j.torch;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of our operations on GPUs: each GPU tries it out at its first use there, and runs it only
 * where it agreed with LibTorch's own operation. Where it didn't, LibTorch's runs, and one warning
 * says so.
 *
 * <p><b>No GPU has run this yet</b>: the kernels and what calls them were tested on the CPU only.
 *
 * <p>Threads: safe; others wait for the one that tries it out.
 */
final class GpuOperation {
  private static final Logger LOG = LoggerFactory.getLogger(GpuOperation.class);

  private final String name;
  private final Supplier<Optional<String>> registration;
  private final IntFunction<Optional<String>> selfTest;
  private final Map<Integer, Optional<String>> failures = new ConcurrentHashMap<>();

  /**
   * Makes one that is registered by {@link FusedKernels}.
   *
   * @param name what it is, for people
   * @param selfTest gives the first disagreement with LibTorch's own operation on a GPU
   */
  GpuOperation(String name, IntFunction<Optional<String>> selfTest) {
    this(name, FusedKernels::whyNotOnGpus, selfTest);
  }

  GpuOperation(
      String name,
      Supplier<Optional<String>> registration,
      IntFunction<Optional<String>> selfTest) {
    this.name = name;
    this.registration = registration;
    this.selfTest = selfTest;
  }

  /** Returns whether the GPU of x runs it; false for a tensor on no GPU. */
  boolean runsOnDeviceOf(Tensor x) {
    return x.is_cuda() && runsOn(x.device().index());
  }

  /** Returns whether a GPU runs it; tries that out on the first call for it. */
  boolean runsOn(int gpu) {
    return failures.computeIfAbsent(gpu, this::tryOut).isEmpty();
  }

  private Optional<String> tryOut(int gpu) {
    Optional<String> failure = registration.get();
    if (failure.isEmpty()) {
      failure = selfTest.apply(gpu).map("the self-test failed: "::concat);
    }
    failure.ifPresent(
        reason ->
            LOG.warn(
                "LibTorch's own operations run instead of our {} on GPU {}: {}",
                name,
                gpu,
                reason));
    return failure;
  }
}
