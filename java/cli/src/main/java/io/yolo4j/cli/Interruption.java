package io.yolo4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (and a polite kill) into a request to end: the process waits until the work has
 * ended in order, for as long as a batch and a checkpoint, or a frame, may take.
 */
final class Interruption implements AutoCloseable {
  private static final long WAIT_SECONDS = 120;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Runnable cancel, PrintWriter err, String announcement) {
    hook =
        new Thread(
            () -> {
              err.println();
              err.println("yolo4j: " + announcement);
              cancel.run();
              try {
                if (!ended.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
                  err.println("yolo4j: that takes too long; what is written already stays");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              err.flush();
            },
            "yolo4j-interruption");
  }

  /** Calls {@code cancel} when the process is asked to end, until this is closed. */
  static Interruption calls(Runnable cancel, PrintWriter err) {
    return calls(cancel, err, "ending after this batch, with a checkpoint");
  }

  /** As {@link #calls(Runnable, PrintWriter)}, with what is said then. */
  static Interruption calls(Runnable cancel, PrintWriter err, String announcement) {
    Interruption interruption = new Interruption(cancel, err, announcement);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already; the hook has done its work.
    }
  }
}
