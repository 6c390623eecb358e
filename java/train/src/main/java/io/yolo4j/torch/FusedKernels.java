package io.yolo4j.torch;

import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The library native/torch: loads it and registers its operations with LibTorch. */
final class FusedKernels {
  private static final Logger LOG = LoggerFactory.getLogger(FusedKernels.class);

  /** No stream has it: addresses are even, and CUDA's own numbers small. */
  private static final long NO_STREAM = -1;

  private FusedKernels() {}

  /**
   * Loads the library beside LibTorch and the kernels, and registers its operations.
   *
   * @throws UnsupportedOperationException if it can't be done; the message says why
   */
  static void load() {
    NativeLibrary.load();
    loadLibrary();
    long failure = register();
    if (failure != 0) {
      throw new UnsupportedOperationException(new BytePointer(new Address(failure)).getString());
    }
  }

  private static void loadLibrary() {
    TorchLibrary.load();
    String resource =
        "/io/yolo4j/torch/" + Loader.getPlatform() + "/" + System.mapLibraryName("yolo4j_torch");
    try {
      File file = Loader.cacheResource(FusedKernels.class, resource);
      if (file == null) {
        throw new UnsupportedOperationException("the class path has no " + resource);
      }
      System.load(file.getAbsolutePath());
    } catch (IOException e) {
      throw new UnsupportedOperationException(resource + " cannot be unpacked: " + e, e);
    } catch (UnsatisfiedLinkError e) {
      throw new UnsupportedOperationException(resource + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  /**
   * Sets the threads of the BLAS library to which LibTorch hands 1×1 convolutions and linear
   * layers; process-wide. Without that they took all cores whatever LibTorch's own number. Says so
   * in the log where it can't be done.
   */
  static void blasThreads(int count) {
    try {
      loadLibrary();
      if (!setBlasThreads(count)) {
        LOG.warn("OpenBLAS is not loaded: 1x1 convolutions keep their number of threads");
      }
    } catch (UnsupportedOperationException e) {
      LOG.warn("1x1 convolutions keep their number of threads: {}", e.getMessage());
    }
  }

  private static native boolean setBlasThreads(int count);

  /** Returns 0, or the address of a text that says why the operations can't be registered. */
  private static native long register();

  /** The same for GPUs; the text is this thread's until its next call. */
  private static native long registerOnGpus();

  /**
   * Registers the operations on GPUs, but batch norm, whose name is cuDNN's there; a tensor on a
   * GPU must exist already. Returns why that can't be done; empty if they are registered. Repeated
   * calls do nothing more.
   */
  static Optional<String> whyNotOnGpus() {
    try {
      load();
      long failure = registerOnGpus();
      return failure == 0
          ? Optional.empty()
          : Optional.of(new BytePointer(new Address(failure)).getString());
    } catch (UnsupportedOperationException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the address of the stream that LibTorch's operations on a GPU take on this thread; 0 is
   * the default stream. LibTorch's part for GPUs must have been loaded.
   *
   * @throws UnsupportedOperationException if that can't be told, saying why
   */
  static long streamOfGpu(int gpu) {
    load();
    long stream = currentStream(gpu);
    if (stream == NO_STREAM) {
      throw new UnsupportedOperationException(
          "steps on GPU %d are timed on LibTorch's stream, which it doesn't tell: %s"
              .formatted(gpu, whyNotOnGpus().orElse("it has no such GPU")));
    }
    return stream;
  }

  /** Returns a stream's address, or {@link #NO_STREAM}. */
  private static native long currentStream(int gpu);

  /** Returns how often the fused operation, or its backward, has run in this process. */
  static native long runs(boolean backwards);

  /** Returns how often the depthwise convolution, or its backward, has run in this process. */
  static native long depthwiseRuns(boolean backwards);

  /** Returns how often squeeze and excite, or its backward, has run in this process. */
  static native long squeezeExciteRuns(boolean backwards);

  /**
   * Returns why operations are not used in this process; empty if they are. Says so in the log.
   *
   * @param operation what they are, for people
   * @param selfTest gives the first disagreement with LibTorch's own operations
   */
  static Optional<String> whyNot(String operation, Supplier<Optional<String>> selfTest) {
    try {
      if (NativeLibrary.load().isa() == Isa.SCALAR) {
        return unavailable(operation, "the scalar kernels are slower than LibTorch's operations");
      }
      load();
      try (OneDnnGuard.Hold hold = OneDnnGuard.holdForTests()) {
        return selfTest
            .get()
            .flatMap(wrong -> unavailable(operation, "the self-test failed: " + wrong));
      }
    } catch (UnsupportedOperationException e) {
      return unavailable(operation, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> unavailable(String operation, String reason) {
    LOG.warn("LibTorch's own operations run instead of the faster {}: {}", operation, reason);
    return Optional.of(reason);
  }

  /** A pointer to memory that is not ours to free. */
  private static final class Address extends Pointer {
    Address(long value) {
      address = value;
    }
  }
}
