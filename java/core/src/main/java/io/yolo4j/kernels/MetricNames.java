package io.yolo4j.kernels;

import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Names as an array of C strings, for the time of a call. */
final class MetricNames implements AutoCloseable {
  private final BytePointer[] texts;
  private final PointerPointer<BytePointer> pointers;

  MetricNames(List<String> names) {
    texts = names.stream().map(BytePointer::new).toArray(BytePointer[]::new);
    pointers = new PointerPointer<>(texts);
  }

  PointerPointer<BytePointer> pointers() {
    return pointers;
  }

  int count() {
    return texts.length;
  }

  @Override
  public void close() {
    pointers.close();
    for (BytePointer text : texts) {
      text.close();
    }
  }
}
