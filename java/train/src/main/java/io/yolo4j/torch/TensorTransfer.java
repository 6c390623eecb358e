package io.yolo4j.torch;

import io.yolo4j.graph.Shape;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Copies between host tensors and LibTorch's, float32, row-major on the host side. */
public final class TensorTransfer {
  private TensorTransfer() {}

  /**
   * Returns a new contiguous float32 tensor with the values of a floating-point or integer host
   * tensor.
   */
  public static Tensor toTorch(HostTensor host) {
    Tensor tensor = torch.empty(longs(host.shape()));
    if (host.elements() > 0) {
      FloatBuffer target = tensor.createBuffer();
      if (host.dtype() == DType.F32) {
        target.put(host.data().asFloatBuffer());
      } else {
        target.put(host.toFloats());
      }
    }
    return tensor;
  }

  /** Returns a new contiguous float32 tensor with these values. */
  public static Tensor toTorch(float[] values, Shape shape) {
    return toTorch(HostTensor.of(values, shape));
  }

  /**
   * Returns a float32 copy on the host, whatever the tensor's device, layout and floating-point
   * type.
   */
  public static HostTensor toHost(Tensor tensor) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor contiguous = tensor.detach().cpu().to(torch.ScalarType.Float).contiguous();
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(Math.toIntExact(contiguous.numel() * Float.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      if (contiguous.numel() > 0) {
        FloatBuffer source = contiguous.createBuffer();
        bytes.asFloatBuffer().put(source);
      }
      return HostTensor.wrap(DType.F32, shape(tensor), bytes);
    }
  }

  /** Returns a tensor's shape. */
  public static Shape shape(Tensor tensor) {
    int[] dims = new int[Math.toIntExact(tensor.dim())];
    Arrays.setAll(dims, i -> Math.toIntExact(tensor.size(i)));
    return Shape.of(dims);
  }

  static long[] longs(Shape shape) {
    return shape.dims().stream().mapToLong(Integer::longValue).toArray();
  }
}
