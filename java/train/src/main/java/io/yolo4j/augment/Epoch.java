package io.yolo4j.augment;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, in order, prepared ahead on the loader's threads.
 *
 * <p>Threads: one takes batches and closes the epoch; batches may be closed by another. Ownership:
 * the caller closes the epoch before it opens the next one, and closes every batch.
 */
public final class Epoch implements Iterator<TrainingBatch>, AutoCloseable {
  /** Makes jobs and takes buffers back. */
  interface Source {
    /** Returns a job that fills the buffer. */
    BatchJob job(int batch, ByteBuffer buffer);

    /** Takes back the buffer of a closed batch. */
    void release(ByteBuffer buffer);

    /** Is told that the epoch was closed. */
    void closed(Epoch epoch);
  }

  private final int number;
  private final int batches;
  private final Source source;
  private final Deque<ByteBuffer> free;
  private final @Nullable Executor executor;
  private final Deque<BatchJob> pending = new ArrayDeque<>();
  private int nextToStart;
  private int nextToTake;
  private boolean closed;

  /**
   * Creates an epoch.
   *
   * @param free the buffers that no batch uses; also the lock
   * @param executor null to prepare a batch when it is taken
   */
  Epoch(
      int number,
      int batches,
      int firstBatch,
      Deque<ByteBuffer> free,
      @Nullable Executor executor,
      Source source) {
    this.number = number;
    this.batches = batches;
    this.source = source;
    this.free = free;
    this.executor = executor;
    nextToStart = firstBatch;
    nextToTake = firstBatch;
  }

  /** Returns the epoch's number. */
  public int number() {
    return number;
  }

  /** Returns the number of batches of the whole epoch, those before the first one taken too. */
  public int batches() {
    return batches;
  }

  /** Starts as many batches as there are buffers. */
  void start() {
    if (executor == null) {
      return;
    }
    synchronized (free) {
      while (!closed && nextToStart < batches && !free.isEmpty()) {
        BatchJob job = startNext();
        for (int slot = 0; slot < job.samples(); slot++) {
          int sample = slot;
          executor.execute(() -> job.run(sample));
        }
      }
    }
  }

  private BatchJob startNext() {
    BatchJob job = source.job(nextToStart, free.remove());
    nextToStart++;
    pending.add(job);
    return job;
  }

  @Override
  public boolean hasNext() {
    return nextToTake < batches;
  }

  /**
   * Returns the next batch; waits until it is ready.
   *
   * @throws TrainingImageException if a picture of the batch cannot be read
   * @throws IllegalStateException if the epoch is closed, all batches that the loader has memory
   *     for are still open, or the thread was interrupted
   */
  @Override
  public TrainingBatch next() {
    BatchJob job = take();
    await(job);
    try {
      return job.batch(() -> source.release(job.buffer()));
    } catch (RuntimeException | Error e) {
      source.release(job.buffer());
      throw e;
    }
  }

  private BatchJob take() {
    synchronized (free) {
      if (closed) {
        throw new IllegalStateException("epoch " + number + " is closed");
      }
      if (!hasNext()) {
        throw new NoSuchElementException(
            "all %d batches of epoch %d were taken".formatted(batches, number));
      }
      if (pending.isEmpty() && free.isEmpty()) {
        throw new IllegalStateException(
            "batch %d of epoch %d needs memory: close earlier batches first"
                .formatted(nextToTake, number));
      }
      if (pending.isEmpty()) {
        startNext();
      }
      nextToTake++;
      return pending.remove();
    }
  }

  private void await(BatchJob job) {
    if (executor == null) {
      for (int slot = 0; slot < job.samples(); slot++) {
        job.run(slot);
      }
    }
    try {
      job.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      synchronized (free) {
        pending.addFirst(job);
        nextToTake--;
      }
      throw new IllegalStateException(
          "interrupted while waiting for batch %d of epoch %d".formatted(job.index(), number), e);
    }
  }

  /**
   * Stops the preparation of batches that weren't taken. Batches that were stay valid until they
   * are closed.
   */
  @Override
  public void close() {
    Deque<BatchJob> left;
    synchronized (free) {
      if (closed) {
        return;
      }
      closed = true;
      left = new ArrayDeque<>(pending);
      pending.clear();
    }
    left.forEach(BatchJob::cancel);
    for (BatchJob job : left) {
      if (executor != null) {
        awaitQuietly(job);
      }
      source.release(job.buffer());
    }
    source.closed(this);
  }

  /* A buffer that a thread still writes to must not be given to another batch. */
  private static void awaitQuietly(BatchJob job) {
    boolean interrupted = false;
    while (true) {
      try {
        job.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
