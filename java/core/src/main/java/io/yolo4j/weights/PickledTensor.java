package io.yolo4j.weights;

import io.yolo4j.graph.Shape;
import io.yolo4j.weights.TensorGeometry.Layout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor of a checkpoint as it was stored: a strided view of a storage. It was checked against
 * its storage when the file was read. Compared by identity; threads: safe.
 */
public final class PickledTensor {
  private final PickledStorage storage;
  private final Layout layout;

  /** The layout must lie within the storage and have less than 2 GiB. */
  PickledTensor(PickledStorage storage, Layout layout) {
    this.storage = storage;
    this.layout = layout;
  }

  /** Returns the storage, possibly shared with other tensors. */
  public PickledStorage storage() {
    return storage;
  }

  /** Returns the element type. */
  public DType dtype() {
    return storage.dtype();
  }

  /** Returns the dimensions. */
  public Shape shape() {
    return layout.shape();
  }

  /** Returns the distance between neighbours along each axis, in elements. */
  public List<Long> strides() {
    return layout.strides();
  }

  /** Returns the index of the first element in the storage. */
  public long offset() {
    return layout.offset();
  }

  /** Returns whether the elements lie row-major without gaps. */
  public boolean isContiguous() {
    return TensorGeometry.isContiguous(layout.shape(), layout.strides());
  }

  /** Returns the tensor row-major: a view of the file if contiguous, otherwise a copy. */
  public HostTensor toHostTensor() {
    int elementBytes = dtype().bytes();
    int size = Math.toIntExact(shape().elements() * elementBytes);
    ByteBuffer source = storage.bytes();
    if (size == 0) {
      return HostTensor.wrap(dtype(), shape(), ByteBuffer.allocate(0));
    }
    if (isContiguous()) {
      int start = Math.toIntExact(layout.offset() * elementBytes);
      return HostTensor.wrap(dtype(), shape(), source.slice(start, size));
    }
    ByteBuffer copy = ByteBuffer.allocate(size);
    TensorGeometry.gather(source, layout, elementBytes, copy);
    return HostTensor.wrap(dtype(), shape(), copy.flip());
  }

  /** Returns type and shape, not the values. */
  @Override
  public String toString() {
    return dtype() + shape().toString();
  }
}
