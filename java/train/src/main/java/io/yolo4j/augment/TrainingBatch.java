package io.yolo4j.augment;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures and objects of a training step.
 *
 * <p>Ownership: the pixels lie in a buffer of the loader that a later batch is written to once this
 * one is closed. Until then nobody else touches it, so a tensor may use it without a copy; close
 * the tensor first. Everything else stays valid.
 *
 * <p>Threads: any thread may read and close it.
 */
public final class TrainingBatch implements AutoCloseable {
  private final int index;
  private final ImageSize frame;
  private final List<Path> files;
  private final float[] targets;
  private final long loadNanos;
  private final ByteBuffer pixels;
  private final Runnable release;
  private boolean closed;

  TrainingBatch(
      int index,
      ImageSize frame,
      List<Path> files,
      float[] targets,
      long loadNanos,
      ByteBuffer buffer,
      Runnable release) {
    this.index = index;
    this.frame = frame;
    this.files = List.copyOf(files);
    this.targets = targets.clone();
    this.loadNanos = loadNanos;
    this.release = release;
    int bytes = this.files.size() * frame.width() * frame.height() * Image.CHANNELS;
    pixels = buffer.slice(0, bytes);
  }

  /**
   * Returns the pixels: 8-bit RGB, [images, height, width, 3], in a direct buffer from index 0 to
   * its limit. A view of the loader's memory, not a copy.
   *
   * @throws IllegalStateException if the batch is closed
   */
  public synchronized ByteBuffer pixels() {
    if (closed) {
      throw new IllegalStateException("training batch " + index + " is closed");
    }
    return pixels.duplicate();
  }

  /** Returns the batch's place in its epoch, from 0. */
  public int index() {
    return index;
  }

  /** Returns the number of pictures. */
  public int images() {
    return files.size();
  }

  /** Returns the height of every picture in pixels. */
  public int height() {
    return frame.height();
  }

  /** Returns the width of every picture in pixels. */
  public int width() {
    return frame.width();
  }

  /**
   * Returns the objects as rows of six: the picture's index in this batch, class, centre x, centre
   * y, width, height; the latter as fractions of the picture. A copy.
   */
  public float[] targets() {
    return targets.clone();
  }

  /** Returns the pictures' files; for mosaics that of the first picture. */
  public List<Path> files() {
    return files;
  }

  /** Returns the time that threads spent on this batch, added up. */
  public long loadNanos() {
    return loadNanos;
  }

  /** Gives the pixels' memory back to the loader. Closing again has no effect. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release.run();
  }
}
