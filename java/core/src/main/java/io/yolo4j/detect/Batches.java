package io.yolo4j.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies a function to many values, several at once, results in order.
 *
 * <p>The threads are kept until the close: the network's own threads hang on them and are costly to
 * start.
 */
final class Batches implements AutoCloseable {
  private final int parallel;
  private @Nullable ExecutorService threads;
  private boolean closed;

  Batches(int parallel) {
    this.parallel = parallel;
  }

  /* The first failure stops the values that haven't begun, and is thrown. */
  <T, R> List<R> map(List<T> values, Function<T, R> function) {
    if (parallel == 1 || values.size() < 2) {
      return values.stream().map(function).toList();
    }
    AtomicBoolean failed = new AtomicBoolean();
    List<Future<R>> running = new ArrayList<>();
    ExecutorService pool = threads();
    for (T value : values) {
      running.add(pool.submit(() -> apply(function, value, failed)));
    }
    List<R> results = new ArrayList<>();
    RuntimeException failure = null;
    for (Future<R> one : running) {
      try {
        results.add(get(one));
      } catch (RuntimeException e) {
        if (failure == null && !(e instanceof SkippedException)) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return List.copyOf(results);
  }

  private static <T, R> R apply(Function<T, R> function, T value, AtomicBoolean failed) {
    if (failed.get()) {
      throw new SkippedException();
    }
    try {
      return function.apply(value);
    } catch (RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
  }

  private static final class SkippedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /* Interruption waits as everywhere in a detector: the pictures belong to the caller. */
  private static <R> R get(Future<R> running) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return running.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException failure) {
            throw failure;
          }
          if (e.getCause() instanceof Error failure) {
            throw failure;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized ExecutorService threads() {
    if (closed) {
      throw new IllegalStateException("the detector is closed");
    }
    if (threads == null) {
      threads =
          Executors.newFixedThreadPool(
              parallel,
              task -> {
                Thread thread = new Thread(task, "yolo4j-detect");
                thread.setDaemon(true);
                return thread;
              });
    }
    return threads;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (threads != null) {
      // What is still in the queue runs and fails with the detector's own message.
      threads.shutdown();
    }
  }
}
