package io.yolo4j.kernels;

import io.yolo4j.bindings.PixelsInParams;
import io.yolo4j.bindings.global.Yolo4j;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Puts a picture of 8-bit pixels, three channels interleaved, into a frame of a network's input:
 * values divided by 255, the fill around, likewise divided.
 *
 * <p>Shapes: pixels [height, width, 3] with {@code rowBytes} from row to row → y [3, frame height,
 * frame width], or with the channels last.
 *
 * <p>Cost: 3 bytes read and 12 (float32) or 6 (bfloat16) written a pixel. The same bits with every
 * instruction set.
 *
 * <p>Threads: safe. Ownership: both arrays are the caller's.
 *
 * @param type of the frame: {@link ElementType#F32} or {@link ElementType#BF16}
 * @param layout of the frame
 * @param picture the picture's sides
 * @param rowBytes from one row of the picture to the next, 3 · width or more
 * @param frame the frame's sides, and where the picture begins in it
 * @param reversed whether the channels change their order, as from BGR to RGB
 * @param threads how many to use at most; the result doesn't depend on it
 */
public record PixelsInKernel(
    ElementType type,
    TensorLayout layout,
    Sides picture,
    long rowBytes,
    Frame frame,
    boolean reversed,
    int threads) {
  private static final int CHANNELS = 3;

  /**
   * Sides in pixels.
   *
   * @param width at least 1
   * @param height at least 1
   */
  public record Sides(long width, long height) {}

  /**
   * Where the picture goes.
   *
   * @param sides of the frame
   * @param left columns before the picture
   * @param top rows above the picture
   * @param fill 0 to 255, the grey around the picture
   */
  public record Frame(Sides sides, long left, long top, int fill) {}

  /**
   * Writes the whole frame.
   *
   * @param pixels of {@link ElementType#U8}
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array is closed
   * @throws NativeException if a value is out of range
   */
  public void run(NativeArray pixels, NativeArray y) {
    NativeLibrary.load();
    Sides outer = frame.sides();
    try (PixelsInParams params = new PixelsInParams()) {
      params
          .struct_size(params.sizeof())
          .dtype(type.code())
          .layout(layout.code())
          .reverse(reversed ? 1 : 0)
          ._fill(frame.fill())
          .threads(threads)
          .width(picture.width())
          .height(picture.height())
          .row_bytes(rowBytes)
          .frame_width(outer.width())
          .frame_height(outer.height())
          .left(frame.left())
          .top(frame.top());
      long bytes = rowBytes * (picture.height() - 1) + CHANNELS * picture.width();
      BytePointer from = new BytePointer(pixels.as("pixels", ElementType.U8, bytes));
      Pointer to = y.as("y", type, CHANNELS * outer.width() * outer.height());
      NativeLibrary.check(
          "yolo4j_pixels_in_run",
          NativeArray.during(() -> Yolo4j.yolo4j_pixels_in_run(params, from, to), pixels, y));
    }
  }
}
