package io.yolo4j.data;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoder;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Letterbox;
import io.yolo4j.image.LetterboxOptions;
import io.yolo4j.image.Resize;
import io.yolo4j.image.Sizing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads planned batches one after the other and prepares the next one in the background, in the
 * second of two direct buffers.
 *
 * <p>A picture is first resized so that its long side is the image size (by area when it shrinks,
 * sides truncated), then put into the frame without further enlargement.
 *
 * <p>Threads: one at a time. Ownership: the caller closes the reader; batches are invalid then.
 */
public final class BatchReader implements Iterator<LoadedBatch>, AutoCloseable {
  private final List<BatchPlan> plans;
  private final int imageSize;
  private final ImageDecoder decoder;
  private final ExecutorService background;
  private final ByteBuffer[] buffers;
  private int taken;
  private @Nullable Future<LoadedBatch> next;
  private boolean closed;

  /**
   * Creates a reader and starts to read the first batch.
   *
   * @param imageSize the long side of loaded pictures in pixels
   */
  public BatchReader(List<BatchPlan> plans, int imageSize, ImageDecoder decoder) {
    this.plans = List.copyOf(plans);
    this.imageSize = imageSize;
    this.decoder = decoder;
    int largest = this.plans.stream().mapToInt(BatchReader::bytes).max().orElse(0);
    buffers =
        new ByteBuffer[] {ByteBuffer.allocateDirect(largest), ByteBuffer.allocateDirect(largest)};
    background =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "yolo4j-batch-reader");
              thread.setDaemon(true);
              return thread;
            });
    submit();
  }

  private static int bytes(BatchPlan plan) {
    long bytes =
        (long) plan.samples().size()
            * plan.frame().width()
            * plan.frame().height()
            * Image.CHANNELS;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a batch must have fewer than 2^31 bytes, got %d pictures of %s"
              .formatted(plan.samples().size(), plan.frame()));
    }
    return (int) bytes;
  }

  private void submit() {
    if (taken < plans.size()) {
      BatchPlan plan = plans.get(taken);
      ByteBuffer buffer = buffers[taken % 2];
      next = background.submit(() -> load(plan, buffer));
    } else {
      next = null;
    }
  }

  @Override
  public boolean hasNext() {
    return taken < plans.size();
  }

  /**
   * Returns the next batch and starts to read the one after it.
   *
   * @throws IllegalStateException if the reader is closed or the thread was interrupted
   */
  @Override
  public LoadedBatch next() {
    if (closed) {
      throw new IllegalStateException("the batch reader is closed");
    }
    Future<LoadedBatch> current = next;
    if (current == null) {
      throw new NoSuchElementException("all " + plans.size() + " batches were taken");
    }
    try {
      LoadedBatch batch = current.get();
      taken++;
      submit();
      return batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a batch could not be prepared: " + e.getCause(), e);
    }
  }

  private LoadedBatch load(BatchPlan plan, ByteBuffer buffer) {
    long start = System.nanoTime();
    List<LoadedImage> images = new ArrayList<>();
    List<DataIssue> issues = new ArrayList<>();
    for (int slot = 0; slot < plan.samples().size(); slot++) {
      Sample sample = plan.samples().get(slot);
      try {
        Image picture = decoder.read(sample.image());
        Letterbox letterbox = place(picture, plan.frame(), buffer, slot);
        images.add(new LoadedImage(slot, sample, picture.size(), letterbox));
      } catch (ImageReadException e) {
        issues.add(
            new DataIssue(
                DataIssue.Kind.UNREADABLE_IMAGE,
                sample.image(),
                0,
                "cannot read picture: " + e.reason()));
        Image grey = Image.wrap(new byte[] {114, 114, 114}, 1, 1);
        place(grey, plan.frame(), buffer, slot);
      }
    }
    return new LoadedBatch(
        buffer, plan.samples().size(), plan.frame(), images, issues, System.nanoTime() - start);
  }

  private Letterbox place(Image picture, ImageSize frame, ByteBuffer buffer, int slot) {
    Interpolation interpolation = Sizing.loadedInterpolation(picture.size(), imageSize, false);
    Image loaded = Resize.to(picture, Sizing.loaded(picture.size(), imageSize), interpolation);
    Letterbox letterbox =
        Letterbox.of(
            loaded.size(), LetterboxOptions.of(frame.height(), frame.width()).withScaleUp(false));
    int offset = slot * frame.width() * frame.height() * Image.CHANNELS;
    letterbox.apply(loaded, Interpolation.LINEAR, buffer, offset);
    return letterbox;
  }

  /** Stops reading in the background. */
  @Override
  public void close() {
    closed = true;
    background.shutdownNow();
  }
}
