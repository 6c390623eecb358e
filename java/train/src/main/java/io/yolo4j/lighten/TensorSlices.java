package io.yolo4j.lighten;

import io.yolo4j.weights.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Parts of tensors along a dimension. */
final class TensorSlices {
  private TensorSlices() {}

  /** Returns a copy with those indices of a dimension only, of the same type. */
  static HostTensor select(HostTensor tensor, int dim, int[] indices) {
    int size = tensor.shape().dim(dim);
    if (indices.length == size) {
      return tensor;
    }
    int outer = 1;
    for (int i = 0; i < dim; i++) {
      outer *= tensor.shape().dim(i);
    }
    int slice = tensor.byteSize() / (outer * size);
    ByteBuffer source = tensor.data();
    ByteBuffer selected =
        ByteBuffer.allocate(outer * indices.length * slice).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < outer; block++) {
      for (int index : indices) {
        selected.put(source.slice((block * size + index) * slice, slice));
      }
    }
    return HostTensor.wrap(
        tensor.dtype(), tensor.shape().withDim(dim, indices.length), selected.flip());
  }
}
