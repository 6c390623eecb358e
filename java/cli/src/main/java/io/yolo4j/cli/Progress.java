package io.yolo4j.cli;

import java.io.PrintStream;
import java.time.Duration;
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

  /**
   * Set by the launcher: only a shell can tell on every JDK whether standard error is a terminal.
   */
  private static final String TERMINAL = "YOLO4J_TERMINAL";

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** Starts a bar of that many steps. */
  static Progress of(String task, long steps) {
    if (!"1".equals(System.getenv(TERMINAL)) || steps < 2) {
      return new Progress(null);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(standardError()))
            .startsFrom(0, Duration.ZERO)
            .build();
    return new Progress(bar);
  }

  /** Moves the bar to that many steps done. */
  void to(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static PrintStream standardError() {
    return System.err;
  }
}
