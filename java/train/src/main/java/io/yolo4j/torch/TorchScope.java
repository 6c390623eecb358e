package io.yolo4j.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Owns every tensor handle that its thread creates while it is open, and frees them when it closes.
 * Training opens one a step; what must outlive it leaves by {@link #keep}.
 *
 * <p>Threads: belongs to the thread that opened it. Scopes nest; close them in reverse order.
 */
public final class TorchScope implements AutoCloseable {
  private final PointerScope scope;

  private TorchScope() {
    TorchLibrary.load();
    scope = new PointerScope();
  }

  /** Opens a scope on this thread. */
  public static TorchScope open() {
    return new TorchScope();
  }

  /** Lets a tensor outlive the innermost scope; from then on the caller owns it and closes it. */
  public static Tensor keep(Tensor tensor) {
    tensor.retainReference();
    return tensor;
  }

  /** Hands a kept tensor to the innermost open scope; without one it stays with the caller. */
  static Tensor release(Tensor tensor) {
    PointerScope inner = PointerScope.getInnerScope();
    if (inner != null) {
      inner.attach(tensor);
      tensor.releaseReference();
    }
    return tensor;
  }

  @Override
  public void close() {
    scope.close();
  }
}
