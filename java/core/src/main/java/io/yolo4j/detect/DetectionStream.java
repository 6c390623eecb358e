package io.yolo4j.detect;

import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageReadException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Detection in frame after frame: one thread reads the source, as many as the detector allows work,
 * one calls the listener in the order of the frames. Memory is bounded: {@link
 * StreamOptions#capacity()} frames wait, and the workers stop while twice as many frames as there
 * are workers wait for a slow frame or a slow listener.
 *
 * <p>Started by {@link Detector#stream} or {@link Predictor#stream}.
 *
 * <p>Threads: safe. Ownership: the caller closes it, before the detector; it closes its source.
 */
public final class DetectionStream implements AutoCloseable {
  private final FrameSource source;
  private final Function<Image, Prediction> network;
  private final StreamListener listener;
  private final StreamOptions options;
  private final int inWork;
  private final List<Thread> threads = new ArrayList<>();
  private final Thread reader;
  private final Thread teller;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Frame> waiting = new ArrayDeque<>();
  /* What to tell of frames, by index; those before next have been told of. */
  private final Map<Long, Consumer<StreamListener>> events = new HashMap<>();
  /* Frames that workers took and that haven't been told of. */
  private final Set<Long> taken = new HashSet<>();
  private long read;
  private long next;
  private boolean ended;
  private boolean cancelled;
  private boolean over;
  private long results;
  private long errors;
  private long dropped;
  private @Nullable Exception failure;

  private record Frame(long index, Image picture) {}

  private DetectionStream(
      FrameSource source,
      Function<Image, Prediction> network,
      int workers,
      StreamListener listener,
      StreamOptions options) {
    this.source = source;
    this.network = network;
    this.listener = listener;
    this.options = options;
    inWork = 2 * workers;
    reader = new Thread(this::readAll, "yolo4j-stream-read");
    teller = new Thread(this::tellAll, "yolo4j-stream-tell");
    threads.add(reader);
    threads.add(teller);
    for (int i = 0; i < workers; i++) {
      threads.add(new Thread(this::work, "yolo4j-stream-work-" + i));
    }
  }

  static DetectionStream start(
      FrameSource source,
      Function<Image, Prediction> network,
      int workers,
      StreamListener listener,
      StreamOptions options) {
    DetectionStream stream = new DetectionStream(source, network, workers, listener, options);
    for (Thread thread : stream.threads) {
      thread.setDaemon(true);
      thread.start();
    }
    return stream;
  }

  /**
   * Waits for the end.
   *
   * @throws InterruptedException if the caller is interrupted; the stream goes on
   */
  public StreamSummary await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!over) {
        changed.await();
      }
      return summary();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the stream soon: frames that are being worked on are finished and told of, those that wait
   * are not. Doesn't wait; safe from the listener.
   */
  public void cancel() {
    lock.lock();
    try {
      if (!over) {
        cancelled = true;
        for (Frame frame : waiting) {
          events.put(frame.index(), told -> {});
        }
        waiting.clear();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    reader.interrupt();
  }

  private void cancelUnlessEnded() {
    lock.lock();
    try {
      if (isFinished()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    cancel();
  }

  /** Cancels and waits for the threads; from the listener it only cancels. */
  @Override
  public void close() {
    cancel();
    if (threads.contains(Thread.currentThread())) {
      return;
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private StreamSummary summary() {
    return new StreamSummary(results, errors, dropped, cancelled, Optional.ofNullable(failure));
  }

  private void readAll() {
    try (source) {
      boolean more = true;
      while (more) {
        more = readOne();
      }
    } catch (IOException | RuntimeException e) {
      locked(() -> fail(e));
    } finally {
      locked(() -> ended = true);
    }
  }

  private boolean readOne() throws IOException {
    if (!waitForRoom()) {
      return false;
    }
    Optional<Image> picture;
    try {
      picture = source.next();
    } catch (ImageReadException e) {
      locked(() -> failed(read++, e));
      return true;
    }
    picture.ifPresent(frame -> locked(() -> offer(frame)));
    return picture.isPresent();
  }

  /* With the other policy there is always room: a frame makes some. */
  private boolean waitForRoom() {
    lock.lock();
    try {
      while (!cancelled
          && options.overflow() == StreamOptions.Overflow.WAIT
          && (waiting.size() >= options.capacity()
              || events.size() >= options.capacity() + inWork)) {
        changed.awaitUninterruptibly();
      }
      return !cancelled;
    } finally {
      lock.unlock();
    }
  }

  private void offer(Image picture) {
    if (cancelled) {
      return;
    }
    if (waiting.size() >= options.capacity()) {
      long oldest = waiting.removeFirst().index();
      dropped++;
      events.put(oldest, told -> told.onDropped(oldest));
    }
    waiting.addLast(new Frame(read++, picture));
  }

  private void work() {
    for (Frame frame = take(); frame != null; frame = take()) {
      Frame current = frame;
      try {
        Prediction prediction = network.apply(current.picture());
        locked(() -> worked(current, prediction));
      } catch (RuntimeException e) {
        locked(() -> failed(current.index(), e));
      } catch (Error e) {
        // The frame must be told of, or the others would wait for it for ever.
        locked(() -> failed(current.index(), new IllegalStateException(e)));
        throw e;
      }
    }
  }

  private @Nullable Frame take() {
    lock.lock();
    try {
      while (!cancelled && (isEmptyYet() || isTooFarAhead())) {
        changed.awaitUninterruptibly();
      }
      Frame frame = cancelled ? null : waiting.pollFirst();
      if (frame != null) {
        taken.add(frame.index());
      }
      changed.signalAll();
      return frame;
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmptyYet() {
    return waiting.isEmpty() && !ended;
  }

  private boolean isTooFarAhead() {
    return !waiting.isEmpty() && taken.size() >= inWork;
  }

  private void worked(Frame frame, Prediction prediction) {
    results++;
    events.put(frame.index(), told -> told.onResult(frame.index(), frame.picture(), prediction));
  }

  private void failed(long index, Exception error) {
    errors++;
    events.put(index, told -> told.onError(index, error));
  }

  /* An interruption by cancel() is no failure. */
  private void fail(Exception error) {
    if (!cancelled && failure == null) {
      failure = error;
    }
  }

  private void tellAll() {
    try {
      for (Consumer<StreamListener> event = nextEvent(); event != null; event = nextEvent()) {
        tell(event);
        locked(() -> taken.remove(next++));
      }
      StreamSummary summary = lockedSummary();
      tell(told -> told.onEnd(summary));
    } finally {
      // Whatever a listener threw: nobody waits for ever.
      cancelUnlessEnded();
      locked(() -> over = true);
    }
  }

  private void tell(Consumer<StreamListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      locked(() -> fail(e));
      cancel();
    }
  }

  private @Nullable Consumer<StreamListener> nextEvent() {
    lock.lock();
    try {
      while (true) {
        Consumer<StreamListener> event = events.remove(next);
        if (event != null) {
          return event;
        }
        if (isFinished()) {
          return null;
        }
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isFinished() {
    return ended && next == read;
  }

  private StreamSummary lockedSummary() {
    lock.lock();
    try {
      return summary();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
