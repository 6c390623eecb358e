package io.yolo4j.torch;

import io.yolo4j.kernels.NativeLibrary;
import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** The library native/torch: loads it and registers its operations with LibTorch. */
final class FusedKernels {
  private FusedKernels() {}

  /**
   * Loads the library beside LibTorch and the kernels, and registers its operations.
   *
   * @throws UnsupportedOperationException if it can't be done; the message says why
   */
  static void load() {
    TorchLibrary.load();
    NativeLibrary.load();
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
    long failure = register();
    if (failure != 0) {
      throw new UnsupportedOperationException(new BytePointer(new Address(failure)).getString());
    }
  }

  /** Returns 0, or the address of a text that says why the operations can't be registered. */
  private static native long register();

  /** Returns how often the fused operation, or its backward, has run in this process. */
  static native long runs(boolean backwards);

  /** A pointer to memory that is not ours to free. */
  private static final class Address extends Pointer {
    Address(long value) {
      address = value;
    }
  }
}
