package io.yolo4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on standard error where that is a terminal; silent elsewhere, so that logs stay
 * readable.
 */
final class Progress implements AutoCloseable {
  private static final int UPDATE_MILLIS = 200;
  private static final int WIDTH = 80;

  /** Moves to the start of the line and erases it. */
  static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final @Nullable ProgressBar bar;

  private Progress(PrintWriter err, @Nullable ProgressBar bar) {
    this.err = err;
    this.bar = bar;
  }

  /** Starts a bar whose number of steps comes later, by {@link #to(long, long)}. */
  static Progress of(Streams output, String task) {
    return of(output, task, -1);
  }

  /** Starts a bar of that many steps. */
  static Progress of(Streams output, String task, long steps) {
    PrintWriter err = output.err();
    if (!output.terminal() || steps == 0 || steps == 1) {
      return new Progress(err, null);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new DelegatingProgressBarConsumer(line -> draw(err, line), WIDTH))
            .startsFrom(0, Duration.ZERO)
            .build();
    return new Progress(err, bar);
  }

  /** Moves the bar to that many steps done. */
  void to(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** Moves the bar to that many steps done of so many. */
  void to(long done, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  /** Prints a line on standard error, in place of the bar, which is drawn anew below it. */
  void message(String text) {
    err.println((bar == null ? "" : CLEAR_LINE) + text);
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      err.println();
      err.flush();
    }
  }

  private static void draw(PrintWriter err, String line) {
    err.print(CLEAR_LINE + line);
    err.flush();
  }
}
