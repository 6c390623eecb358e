package io.yolo4j.kernels;

import java.nio.charset.StandardCharsets;

/** Text that a native function wrote, up to its final 0. */
final class NativeText {
  private NativeText() {}

  static String of(byte[] written) {
    int length = 0;
    while (length < written.length && written[length] != 0) {
      length++;
    }
    return new String(written, 0, length, StandardCharsets.UTF_8);
  }
}
