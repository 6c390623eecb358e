package io.yolo4j.cli;

import io.yolo4j.eval.ValidationResult;
import io.yolo4j.loss.LossItems;
import io.yolo4j.report.Numbers;
import io.yolo4j.train.BatchProgress;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingResult;
import io.yolo4j.train.TrainingStart;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far a training run is, on standard error: one line that is drawn again and again where that
 * is a terminal, else a plain line every few seconds; a row of a table after each epoch.
 *
 * <p>Threads: one at a time, the training thread.
 */
final class TrainingProgress implements TrainingListener {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int LEAST_BAR = 3;
  private static final int LONGEST_BAR = 16;

  /** One less than a line, whose last column would wrap on some terminals. */
  private static final int WIDTH = 79;

  private static final String BLOCKS = "▏▎▍▌▋▊▉█";

  /** Rows between two headers of the table on a terminal, where earlier ones scroll away. */
  private static final int HEADER_EVERY = 20;

  private static final String HEADER =
      "%9s %7s %7s %7s %7s %7s %7s %8s %8s %7s"
          .formatted("epoch", "box", "obj", "cls", "P", "R", "mAP50", "mAP50-95", "img/s", "time");

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private String label = "";
  private long shown;
  private boolean drawn;
  private int rows;

  /** Creates the display of a command. */
  TrainingProgress(Output output) {
    this(output.err(), output.terminal(), System::nanoTime);
  }

  /** Creates a display with a clock of its own, for tests. */
  TrainingProgress(PrintWriter err, boolean terminal, LongSupplier nanoTime) {
    this.err = err;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    shown = nanoTime.getAsLong();
  }

  @Override
  public void started(TrainingStart start) {
    String resumed = start.firstEpoch() == 0 ? "" : " from epoch " + (start.firstEpoch() + 1);
    line(
        "training on %d pictures, validating on %d: %d epochs of %d batches at %d pixels%s, in %s"
            .formatted(
                start.training().samples().size(),
                start.validation().samples().size(),
                start.epochs(),
                start.batches(),
                start.imageSize(),
                resumed,
                start.folder()));
  }

  @Override
  public void message(String text) {
    line(text);
  }

  @Override
  public void batchDone(BatchProgress progress) {
    label = "%d/%d".formatted(progress.epoch() + 1, progress.epochs());
    if (!due()) {
      return;
    }
    LossItems losses = progress.losses();
    String numbers =
        String.format(
            Locale.ROOT,
            "box %.4f obj %.4f cls %.4f lr %s %.0f/s",
            losses.box(),
            losses.objectness(),
            losses.classification(),
            rate(progress.rates().weight()),
            progress.imagesPerSecond());
    String left = Numbers.clock(progress.remainingNanos() / 1e9);
    String behindBar = "%d/%d %s %s".formatted(progress.batch(), progress.batches(), numbers, left);
    show(
        withBar(progress.batch(), progress.batches(), behindBar),
        "epoch %s batch %d/%d: %s, %s left"
            .formatted(label, progress.batch(), progress.batches(), numbers, left));
  }

  @Override
  public void validating(int done, int total) {
    if (due()) {
      show(
          withBar(done, total, "%d/%d validating".formatted(done, total)),
          "epoch %s: validating, batch %d/%d".formatted(label, done, total));
    }
  }

  @Override
  public void epochDone(EpochResult result) {
    if (rows == 0 || (terminal && rows % HEADER_EVERY == 0)) {
      line(HEADER);
    }
    rows++;
    line(row(result));
  }

  private static String row(EpochResult result) {
    ValidationResult validation = result.validation();
    String measures =
        validation == null
            ? "%7s %7s %7s %8s".formatted("-", "-", "-", "-")
            : String.format(
                Locale.ROOT,
                "%7.3f %7.3f %7.3f %8.3f",
                validation.precision(),
                validation.recall(),
                validation.map50(),
                validation.map50To95());
    return String.format(
        Locale.ROOT,
        "%9s %7.4f %7.4f %7.4f %s %8.1f %7s%s",
        (result.epoch() + 1) + "/" + result.epochs(),
        result.losses().box(),
        result.losses().objectness(),
        result.losses().classification(),
        measures,
        result.imagesPerSecond(),
        Numbers.clock(result.seconds() + result.validationSeconds()),
        result.best() ? " *" : "");
  }

  @Override
  public void finished(TrainingResult result) {
    double seconds =
        result.epochs().stream().mapToDouble(e -> e.seconds() + e.validationSeconds()).sum();
    String time = "after %d epochs in %s".formatted(result.epochs().size(), Numbers.clock(seconds));
    String best = result.bestEpoch() < 0 ? "" : "; best epoch " + (result.bestEpoch() + 1);
    line(
        switch (result.end()) {
          case FINISHED -> "finished " + time + best;
          case STOPPED_EARLY ->
              "stopped early " + time + best + ", and no later one is better for long enough";
          case CANCELLED -> "cancelled " + time + best + "; the run can be resumed";
        });
  }

  private boolean due() {
    return nanoTime.getAsLong() - shown >= (terminal ? REDRAW_NANOS : LINE_NANOS);
  }

  private void show(String redrawn, String plain) {
    shown = nanoTime.getAsLong();
    if (terminal) {
      String cut = redrawn.length() > WIDTH ? redrawn.substring(0, WIDTH) : redrawn;
      err.print(Progress.CLEAR_LINE + cut);
      drawn = true;
    } else {
      err.println(plain);
    }
    err.flush();
  }

  /** Prints a line that stays, in place of the drawn one. */
  private void line(String text) {
    err.println((drawn ? Progress.CLEAR_LINE : "") + text);
    err.flush();
    drawn = false;
  }

  /** Returns the drawn line; the bar takes the room that the text leaves. */
  private String withBar(int done, int all, String behind) {
    int room = WIDTH - label.length() - behind.length() - 4;
    return label
        + " "
        + bar(done, all, Math.max(LEAST_BAR, Math.min(room, LONGEST_BAR)))
        + " "
        + behind;
  }

  /** Returns a bar that is filled to done/all; its last block shows eighths. */
  private static String bar(int done, int all, int width) {
    int eighths = all == 0 ? 0 : (int) ((long) done * width * 8 / all);
    StringBuilder bar = new StringBuilder("█".repeat(eighths / 8));
    if (eighths % 8 > 0) {
      bar.append(BLOCKS.charAt(eighths % 8 - 1));
    }
    return "▕" + bar + " ".repeat(width - bar.length()) + "▏";
  }

  private static String rate(double rate) {
    return String.format(Locale.ROOT, rate != 0 && rate < 1e-3 ? "%.1e" : "%.4f", rate);
  }
}
