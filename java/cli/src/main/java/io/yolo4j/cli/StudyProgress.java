package io.yolo4j.cli;

import io.yolo4j.report.Numbers;
import io.yolo4j.report.RunReport;
import io.yolo4j.study.RunResult;
import io.yolo4j.study.StudyListener;
import io.yolo4j.study.StudyRun;
import io.yolo4j.study.TimeLeft;
import io.yolo4j.train.BatchProgress;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainOptionsYaml;
import io.yolo4j.train.TrainingListener;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a study is, on standard error: a line for each run that is done, and now and then one of
 * the run under way with the time that the whole study still takes. Each run's report is written
 * into its folder.
 *
 * <p>Threads: one at a time, the study's.
 */
final class StudyProgress implements StudyListener {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final int total;
  private int done;
  private long shown;
  private boolean drawn;
  private @Nullable RunReport report;

  StudyProgress(Streams output, int total) {
    this(output.err(), output.terminal(), System::nanoTime, total);
  }

  /** Creates a display with a clock of its own, for tests. */
  StudyProgress(PrintWriter err, boolean terminal, LongSupplier nanoTime, int total) {
    this.err = err;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.total = total;
    shown = nanoTime.getAsLong();
  }

  @Override
  public void message(String text) {
    line("yolo4j: " + text);
  }

  @Override
  public TrainingListener runStarted(StudyRun run, TrainOptions options, TimeLeft left) {
    line(
        "run %d of %d: %s, %d pictures, %d epochs"
            .formatted(done + 1, total, run.text(), run.pictures(), options.epochs()));
    Map<String, Object> values = new LinkedHashMap<>(TrainOptionsYaml.toMap(options));
    values.putAll(options.hyperparameters().toMap());
    RunReport pages = new RunReport(options.folder(), values, false);
    report = pages;
    return TrainingListener.all(List.of(pages, new Epochs(run, left)));
  }

  @Override
  public void runDone(RunResult result, int finished, int all) {
    done = finished;
    report = null;
    line(
        String.format(
            Locale.ROOT,
            "done %d of %d: %s, seed %d: mAP50 %.3f, mAP50-95 %.3f, best epoch %d of %d, %s",
            finished,
            all,
            result.cell(),
            result.seed(),
            result.map50(),
            result.map50To95(),
            result.bestEpoch() + 1,
            result.epochs(),
            Numbers.clock(result.seconds())));
  }

  /** The run under way cannot go on; its page says why. */
  void failed(Exception exception) {
    if (report != null) {
      report.failed(ErrorText.of(exception));
    }
  }

  /** The display of a run under way. */
  private final class Epochs implements TrainingListener {
    private final StudyRun run;
    private final TimeLeft left;
    private final long start = nanoTime.getAsLong();
    private String measured = "";

    Epochs(StudyRun run, TimeLeft left) {
      this.run = run;
      this.left = left;
    }

    @Override
    public void batchDone(BatchProgress progress) {
      long now = nanoTime.getAsLong();
      if (now - shown < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
        return;
      }
      shown = now;
      double remaining = left.seconds(run, (now - start) / 1e9, progress.remainingNanos() / 1e9);
      show(
          "run %d of %d: %s: epoch %d/%d, batch %d/%d%s; about %s left for the study"
              .formatted(
                  done + 1,
                  total,
                  run.text(),
                  progress.epoch() + 1,
                  progress.epochs(),
                  progress.batch(),
                  progress.batches(),
                  measured,
                  Numbers.clock(remaining)));
    }

    @Override
    public void epochDone(EpochResult result) {
      if (result.validation() != null) {
        measured = String.format(Locale.ROOT, ", mAP50 %.3f", result.validation().map50());
      }
    }
  }

  private void show(String text) {
    if (terminal) {
      err.print(Progress.CLEAR_LINE + text);
      drawn = true;
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** Prints a line that stays, in place of the drawn one. */
  private void line(String text) {
    err.println((drawn ? Progress.CLEAR_LINE : "") + text);
    err.flush();
    drawn = false;
  }
}
