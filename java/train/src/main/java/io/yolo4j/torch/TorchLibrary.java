package io.yolo4j.torch;

import io.yolo4j.kernels.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Loads LibTorch once and says what it is. */
public final class TorchLibrary {
  private TorchLibrary() {}

  /**
   * Loads LibTorch's libraries from the class path.
   *
   * @throws UnsupportedOperationException if this platform has none or a library they need is
   *     missing
   */
  public static void load() {
    Loaded.FAILURE.ifPresent(
        reason -> {
          throw new UnsupportedOperationException(reason);
        });
  }

  /**
   * The load happens once: JavaCPP's loader looks everything up again at each call, and scopes open
   * at every frame.
   */
  private static final class Loaded {
    static final Optional<String> FAILURE = attempt();

    private static Optional<String> attempt() {
      NativeMemory.liftJavaCppLimits();
      try {
        Loader.load(torch.class);
        return Optional.empty();
      } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
        return Optional.of(
            "LibTorch cannot be loaded on %s: %s. Add org.bytedeco:pytorch and org.bytedeco:openblas with the classifier of this platform to the class path."
                .formatted(Loader.getPlatform(), e.getMessage()));
      }
    }
  }

  /** Returns the file that LibTorch's Java binding was loaded from. */
  public static String path() {
    return String.valueOf(Loader.load(torch.class));
  }

  /** Returns LibTorch's version and that of its Java binding, for example {@code 2.10.0-1.5.13}. */
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      throw new UncheckedIOException("the class path lacks org.bytedeco:pytorch's description", e);
    }
  }

  /**
   * Returns whether LibTorch's oneDNN computes right convolutions on this machine; where not,
   * networks that need those run without it.
   */
  public static boolean isOneDnnSound() {
    load();
    return OneDnnGuard.isSound();
  }

  /** Returns the threads that LibTorch's operations use when called from this thread. */
  public static int threads() {
    load();
    return torch.get_num_threads();
  }

  /**
   * Sets the threads of LibTorch's operations and of the BLAS library behind them; process-wide, as
   * LibTorch has it.
   */
  public static void threads(int count) {
    load();
    torch.set_num_threads(count);
    FusedKernels.blasThreads(count);
  }
}
