package io.yolo4j.augment;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A batch in preparation. Its samples are made in any order on any threads; each writes its own
 * part of the buffer.
 */
final class BatchJob {
  /** Makes the sample at a place of the epoch's order. */
  @FunctionalInterface
  interface Maker {
    /** Writes the picture and returns its objects. */
    List<Target> make(int place, ImageSize frame, Mat output);
  }

  private final int index;
  private final int firstPlace;
  private final ImageSize frame;
  private final List<Path> files;
  private final ByteBuffer buffer;
  private final Maker maker;
  private final List<List<Target>> targets;
  private final @Nullable Throwable[] failures;
  private final CountDownLatch remaining;
  private final AtomicLong nanos = new AtomicLong();
  private volatile boolean cancelled;

  /**
   * Creates a job.
   *
   * @param index the batch's place in the epoch
   * @param firstPlace its first sample's place in the epoch's order
   * @param files its pictures' files
   * @param buffer direct, at least as large as the batch
   */
  BatchJob(
      int index,
      int firstPlace,
      ImageSize frame,
      List<Path> files,
      ByteBuffer buffer,
      Maker maker) {
    this.index = index;
    this.firstPlace = firstPlace;
    this.frame = frame;
    this.files = List.copyOf(files);
    this.buffer = buffer;
    this.maker = maker;
    targets = new ArrayList<>(Collections.nCopies(files.size(), List.of()));
    failures = new Throwable[files.size()];
    remaining = new CountDownLatch(files.size());
  }

  int index() {
    return index;
  }

  int samples() {
    return files.size();
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** Makes one sample; a failure is kept for whoever takes the batch. */
  void run(int slot) {
    try {
      if (!cancelled) {
        long start = System.nanoTime();
        make(slot);
        nanos.addAndGet(System.nanoTime() - start);
      }
    } catch (RuntimeException | Error e) {
      failures[slot] = e;
    } finally {
      remaining.countDown();
    }
  }

  private void make(int slot) {
    long bytes = (long) frame.width() * frame.height() * Image.CHANNELS;
    try (BytePointer all = new BytePointer(buffer);
        BytePointer start = all.getPointer(slot * bytes);
        Mat output =
            new Mat(
                frame.height(),
                frame.width(),
                opencv_core.CV_8UC3,
                start,
                (long) frame.width() * Image.CHANNELS)) {
      List<Target> made = maker.make(firstPlace + slot, frame, output);
      synchronized (targets) {
        targets.set(slot, made);
      }
    }
  }

  /** Samples that nobody has begun are left out; the batch is of no use then. */
  void cancel() {
    cancelled = true;
  }

  void await() throws InterruptedException {
    remaining.await();
  }

  /**
   * Returns the finished batch.
   *
   * @throws RuntimeException the failure of the first sample that failed
   */
  TrainingBatch batch(Runnable release) {
    for (Throwable failure : failures) {
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      if (failure instanceof Error error) {
        throw error;
      }
    }
    return new TrainingBatch(index, frame, files, rows(), nanos.get(), buffer, release);
  }

  private float[] rows() {
    synchronized (targets) {
      int count = targets.stream().mapToInt(List::size).sum();
      float[] rows = new float[count * Target.COLUMNS];
      int row = 0;
      for (int image = 0; image < targets.size(); image++) {
        for (Target target : targets.get(image)) {
          target.write(image, frame, rows, row++);
        }
      }
      return rows;
    }
  }
}
