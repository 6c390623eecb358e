package io.yolo4j.torch;

import io.yolo4j.runtime.ImageBatch;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Turns the bytes of a batch of pictures into a network's input. */
public final class PixelTensor {
  private static final int CHANNELS = ImageBatch.CHANNELS;

  private PixelTensor() {}

  /**
   * Returns pictures as float32 [N,3,H,W] from 0 to 1, in channels-last memory, as the bytes lie.
   * The bytes are read where they are; the result does not refer to them.
   *
   * <p>Call it inside a {@link TorchScope}, which frees what lies between.
   *
   * @param pixels a direct buffer of RGB bytes [N,H,W,3] from index 0
   * @param device where the result lies; the bytes travel there as they are
   */
  public static Tensor of(
      ByteBuffer pixels, int images, int height, int width, TorchOptions.Device device) {
    BytePointer bytes = new BytePointer(pixels.duplicate().clear());
    long rowBytes = (long) CHANNELS * width;
    Tensor view =
        torch.from_blob(
            bytes,
            new long[] {images, CHANNELS, height, width},
            new long[] {rowBytes * height, 1, rowBytes, CHANNELS},
            new TensorOptions(torch.ScalarType.Byte));
    return TorchDevice.move(view, device).to(torch.ScalarType.Float).div_(new Scalar(255.0));
  }
}
