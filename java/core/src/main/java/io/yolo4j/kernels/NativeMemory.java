package io.yolo4j.kernels;

import java.util.List;

/**
 * Lifts JavaCPP's limits on native memory. Every class that is about to touch the first JavaCPP
 * class of a process (ours, LibTorch's, OpenCV's) calls {@link #liftJavaCppLimits()} before.
 */
public final class NativeMemory {
  /*
   * JavaCPP compares the process's memory with maxPhysicalBytes (four times the heap by default) on
   * every native object. An edge application with -Xmx64m then dies of an OutOfMemoryError although
   * memory is free, and each object costs a read of /proc (about 400 ns). maxBytes, the heap's size
   * by default, in the same way refuses large buffers. 0 means no limit. Both properties are read
   * once, when org.bytedeco.javacpp.Pointer is initialised; hence "before the first class".
   */
  private static final List<String> LIMITS =
      List.of("org.bytedeco.javacpp.maxPhysicalBytes", "org.bytedeco.javacpp.maxBytes");

  private NativeMemory() {}

  /**
   * Sets both limits to "none" where the application hasn't set them. Without effect once JavaCPP
   * has been initialised; an application that uses JavaCPP itself calls this first.
   */
  public static void liftJavaCppLimits() {
    for (String limit : LIMITS) {
      if (System.getProperty(limit) == null) {
        System.setProperty(limit, "0");
      }
    }
  }
}
