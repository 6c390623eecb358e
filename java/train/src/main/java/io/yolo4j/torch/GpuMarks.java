package io.yolo4j.torch;

import io.yolo4j.kernels.GpuEvents;

/**
 * Marks in LibTorch's current stream on the first GPU, where its operations run.
 *
 * <p><b>Not run on hardware yet.</b>
 */
final class GpuMarks implements EventClock.Marks {
  /** The GPU that LibTorch's networks run on. */
  static final int DEVICE = 0;

  private final GpuEvents events;
  private long stream;

  private GpuMarks(GpuEvents events) {
    this.events = events;
  }

  /**
   * Makes marks.
   *
   * @throws UnsupportedOperationException if LibTorch's stream can't be told
   * @throws io.yolo4j.kernels.NativeException without a driver or a GPU
   */
  static GpuMarks create(int count) {
    FusedKernels.streamOfGpu(DEVICE);
    return new GpuMarks(GpuEvents.create(DEVICE, count));
  }

  @Override
  public void begin() {
    stream = FusedKernels.streamOfGpu(DEVICE);
  }

  @Override
  public void record(int index) {
    events.record(index, stream);
  }

  @Override
  public void read(long[] nanos) {
    events.read(nanos);
  }

  @Override
  public void close() {
    events.close();
  }
}
