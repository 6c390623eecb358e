package io.yolo4j.loss;

import org.bytedeco.pytorch.Tensor;

/**
 * A computed loss. Ownership: the value owns {@link #total()} and frees it when it is closed; call
 * {@code backward()} before that.
 */
public final class LossValue implements AutoCloseable {
  private final Tensor total;
  private final LossItems items;
  private boolean closed;

  LossValue(Tensor total, LossItems items) {
    this.total = total;
    this.items = items;
  }

  /**
   * Returns the scalar to call {@code backward()} on: the sum of the items times the batch size,
   * float32, on the device of the heads. It carries a gradient when a head requires one and
   * gradients are being recorded.
   *
   * @throws IllegalStateException if the value is closed
   */
  public Tensor total() {
    if (closed) {
      throw new IllegalStateException("the loss value is closed");
    }
    return total;
  }

  /** Returns the parts; they stay readable after the value is closed. */
  public LossItems items() {
    return items;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      total.close();
    }
  }
}
