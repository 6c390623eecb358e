package io.yolo4j.train;

import io.yolo4j.torch.TorchException;
import java.util.List;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;

/**
 * LibTorch's operations on lists of tensors. Its C++ interface, and so its Java binding, leaves out
 * operations whose names start with an underscore; the dispatcher has them. Call within a {@link
 * io.yolo4j.torch.TorchScope}.
 */
final class TensorLists {
  private TensorLists() {}

  /** Returns a list as the dispatcher takes it. */
  static IValue list(List<Tensor> tensors) {
    // Not the constructor of IValue that a TensorVector would bind to: it makes a blob of it.
    return new IValue(
        new GenericList(new TensorList(new TensorVector(tensors.toArray(Tensor[]::new)))));
  }

  /**
   * Calls an operation by its schema.
   *
   * @param name for example {@code aten::_foreach_add_}
   * @param overload for example {@code Scalar}; empty where the operation has one form only
   */
  static void call(String name, String overload, IValue... arguments) {
    try {
      OperatorHandle operation = Dispatcher.singleton().findSchemaOrThrow(name, overload);
      operation.callBoxed(new IValueVector(arguments));
    } catch (RuntimeException e) {
      throw new TorchException(name, e);
    }
  }
}
