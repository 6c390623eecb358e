package io.yolo4j.kernels;

import io.yolo4j.bindings.CudaEvents;
import io.yolo4j.bindings.global.Yolo4j;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Marks in the queue of an NVIDIA GPU, each of which takes the device's own time when the device
 * gets to it: how long the device works, whatever the host does meanwhile. They are made once and
 * recorded in every run; recording and reading allocate nothing.
 *
 * <p><b>Not run on hardware yet</b>: the native half was tested with a driver that the tests play.
 *
 * <p>Threads: one at a time. Ownership: the caller closes it; use after close throws {@link
 * IllegalStateException}.
 */
public final class GpuEvents implements AutoCloseable {
  private final CudaEvents events;
  private final DoublePointer milliseconds;
  private final int count;
  private @Nullable Address lastStream;
  private boolean closed;

  private GpuEvents(CudaEvents events, int count) {
    this.events = events;
    this.count = count;
    milliseconds = new DoublePointer(count);
  }

  /**
   * Makes events.
   *
   * @param device the GPU, from 0
   * @param count 2 to 2^20
   * @throws NativeException if a number is out of range, or with {@link NativeStatus#UNSUPPORTED}
   *     without a driver or a GPU
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static GpuEvents create(int device, int count) {
    NativeLibrary.load();
    CudaEvents events = new CudaEvents();
    NativeLibrary.check(
        "yolo4j_cuda_events_create", Yolo4j.yolo4j_cuda_events_create(device, count, events));
    return new GpuEvents(events, count);
  }

  /** Returns how many there are. */
  public int count() {
    return count;
  }

  /**
   * Enqueues an event; the call doesn't wait.
   *
   * @param index from 0 to below {@link #count()}
   * @param stream the address of a {@code CUstream} of the device; 0 is its default stream
   * @throws NativeException if the index is out of range or the driver fails
   */
  public void record(int index, long stream) {
    checkOpen();
    NativeLibrary.check(
        "yolo4j_cuda_events_record",
        Yolo4j.yolo4j_cuda_events_record(events, index, pointer(stream)));
  }

  /* The same stream again and again, so nothing is made anew. */
  private @Nullable Pointer pointer(long stream) {
    if (stream == 0) {
      return null;
    }
    if (lastStream == null || lastStream.address() != stream) {
      lastStream = new Address(stream);
    }
    return lastStream;
  }

  /**
   * Waits until the device has got to the last of the first so many events, and fills in when it
   * got to each. All of them must have been recorded.
   *
   * @param nanos out: nanoseconds since event 0, as many as events are read
   * @throws NativeException if there are not so many events, one wasn't recorded, or the driver
   *     fails
   */
  public void read(long[] nanos) {
    checkOpen();
    NativeLibrary.check(
        "yolo4j_cuda_events_read",
        Yolo4j.yolo4j_cuda_events_read(events, nanos.length, milliseconds));
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = Math.round(milliseconds.get(i) * 1e6);
    }
  }

  /** Gives the events back. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Yolo4j.yolo4j_cuda_events_destroy(events);
      milliseconds.close();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the events are closed");
    }
  }

  /** A stream is somebody else's. */
  private static final class Address extends Pointer {
    Address(long value) {
      address = value;
    }
  }
}
