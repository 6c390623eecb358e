package io.yolo4j.bench.kernels;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** Native objects that live as long as a form. */
final class NativeResources implements AutoCloseable {
  private final List<Pointer> held = new ArrayList<>();

  /** Holds an object until this is closed, whatever scope it was made in. */
  <T extends Pointer> T keep(T pointer) {
    pointer.retainReference();
    held.add(pointer);
    return pointer;
  }

  /** Frees them, the newest first. */
  @Override
  public void close() {
    for (int i = held.size() - 1; i >= 0; i--) {
      held.get(i).close();
    }
    held.clear();
  }
}
