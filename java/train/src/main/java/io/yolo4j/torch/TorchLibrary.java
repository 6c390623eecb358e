package io.yolo4j.torch;

import io.yolo4j.kernels.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    NativeMemory.liftJavaCppLimits();
    try {
      Loader.load(torch.class);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new UnsupportedOperationException(
          "LibTorch cannot be loaded on %s: %s. Add org.bytedeco:pytorch and org.bytedeco:openblas with the classifier of this platform to the class path."
              .formatted(Loader.getPlatform(), e.getMessage()),
          e);
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

  /** Returns the threads that LibTorch's operations use when called from this thread. */
  public static int threads() {
    load();
    return torch.get_num_threads();
  }

  /** Sets the threads of LibTorch's operations; process-wide, as LibTorch has it. */
  public static void threads(int count) {
    load();
    torch.set_num_threads(count);
  }
}
