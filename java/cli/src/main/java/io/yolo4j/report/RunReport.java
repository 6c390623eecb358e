package io.yolo4j.report;

import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.ImageSize;
import io.yolo4j.train.BatchProgress;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingResult;
import io.yolo4j.train.TrainingStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a person sees of a run into its folder: {@code results.csv} and {@code report.html}
 * after each epoch, so that the run can be watched, and plots as pictures: the first training
 * batches when they are loaded, all others at the end.
 *
 * <p>What cannot be written is said once in the log and does not end the run; it is tried again
 * with the next epoch, and nothing is lost until then.
 *
 * <p>Threads: one at a time, the training thread.
 */
public final class RunReport implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);

  /** Pictures of a training batch on the page; its file has more. */
  private static final int BATCH_PICTURES = 8;

  private static final int MOST_MESSAGES = 200;

  private final Path folder;
  private List<String> classNames = List.of();
  private final Map<String, Object> options;
  private final boolean plots;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<String> messages = new ArrayList<>();
  private final List<PictureSet> batches = new ArrayList<>();
  private final Set<String> complained = new HashSet<>();
  private @Nullable ResultsCsv csv;
  private @Nullable LabelStatistics labels;
  private @Nullable ValidationPictures validated;
  private @Nullable Measured measured;
  private List<ShownPicture> pictures = List.of();
  private boolean started;
  private int epochs;
  private long remainingNanos = -1;

  /**
   * Creates the report of a run.
   *
   * @param folder of the run; must exist when the run starts
   * @param options options and hyper-parameters to show, in that order
   * @param plots whether plots are written as pictures besides
   */
  public RunReport(Path folder, Map<String, Object> options, boolean plots) {
    this.folder = folder;
    this.options = new LinkedHashMap<>(options);
    this.plots = plots;
  }

  @Override
  public void started(TrainingStart start) {
    started = true;
    classNames = start.training().classNames();
    epochs = start.epochs();
    labels = LabelStatistics.of(start.training());
    validated = ValidationPictures.of(start.validation());
    facts.put("model", start.model().description().source());
    facts.put("training", start.training().name());
    facts.put("validation", start.validation().name());
    facts.put(
        "pictures",
        "%d and %d"
            .formatted(start.training().samples().size(), start.validation().samples().size()));
    facts.put("image size", start.imageSize() + " pixels");
    facts.put("epochs", "%d of %d batches".formatted(start.epochs(), start.batches()));
    facts.put("folder", folder.toString());
    attempt("results.csv", () -> csv = ResultsCsv.open(folder, start.firstEpoch()));
    writePage(running());
  }

  @Override
  public void message(String text) {
    if (messages.size() < MOST_MESSAGES) {
      messages.add(text);
    }
  }

  @Override
  public void batchLoaded(
      int batch, ByteBuffer pixels, int images, int height, int width, float[] targets) {
    attempt(
        "train_batch",
        () -> {
          List<ShownPicture> shown =
              BatchPictures.of(
                  pixels,
                  new ImageSize(width, height),
                  targets,
                  Math.min(images, PictureGrid.MOST),
                  classNames);
          batches.add(
              new PictureSet(
                  "batch-" + batch,
                  "Batch " + (batch + 1),
                  false,
                  shown.subList(0, Math.min(shown.size(), BATCH_PICTURES))));
          if (plots) {
            PictureGrid.write(
                folder.resolve("train_batch" + batch + ".jpg"),
                shown.stream().map(picture -> picture.drawn(picture.labels())).toList());
          }
        });
  }

  @Override
  public void batchDone(BatchProgress progress) {
    remainingNanos = progress.remainingNanos();
  }

  @Override
  public void pictureValidated(Sample sample, List<Detection> detections) {
    ValidationPictures some = validated;
    if (some != null) {
      attempt("val_batch", () -> some.add(sample, detections));
    }
  }

  @Override
  public void epochDone(EpochResult result) {
    ResultsCsv file = csv;
    if (file != null) {
      attempt("results.csv", () -> file.add(EpochRow.of(result)));
    }
    ValidationResult validation = result.validation();
    if (validation != null && (result.best() || measured == null)) {
      measured =
          new Measured(
              "epoch %d%s".formatted(result.epoch() + 1, result.best() ? ", the best" : ""),
              validation,
              classNames);
      pictures = validated == null ? List.of() : validated.pictures();
    }
    writePage(running());
  }

  @Override
  public void finished(TrainingResult result) {
    Status status =
        switch (result.end()) {
          case FINISHED -> new Status(Status.Kind.FINISHED, "finished");
          case STOPPED_EARLY ->
              new Status(Status.Kind.STOPPED_EARLY, "stopped early: no better epoch came");
          case CANCELLED -> new Status(Status.Kind.CANCELLED, "cancelled; it can be resumed");
        };
    writePage(status);
    writePlots(status);
  }

  /**
   * The run ended by an error: the page says so. Writes nothing if the run had not started: its
   * folder may be absent, or hold the files of another run.
   *
   * @param reason one sentence
   */
  public void failed(String reason) {
    if (!started) {
      return;
    }
    Status status = new Status(Status.Kind.FAILED, "failed: " + reason);
    writePage(status);
    writePlots(status);
  }

  private Status running() {
    String left = remainingNanos < 0 ? "" : ", " + Numbers.clock(remainingNanos / 1e9) + " left";
    return new Status(
        Status.Kind.RUNNING,
        "running: %d of %d epochs done%s".formatted(rows().size(), epochs, left));
  }

  private List<EpochRow> rows() {
    return csv == null ? List.of() : csv.rows();
  }

  private ReportContent content(Status status) {
    List<PictureSet> sets = new ArrayList<>(batches);
    if (!pictures.isEmpty()) {
      sets.add(new PictureSet("validated", "Labels and predictions", true, pictures));
    }
    return new ReportContent(
        new ReportContent.Heading(
            "Training run " + folder.getFileName(), status, facts, Instant.now()),
        rows(),
        epochs,
        measured,
        labels,
        sets,
        options,
        messages);
  }

  private void writePage(Status status) {
    attempt(
        "report.html",
        () -> AtomicFile.write(folder.resolve("report.html"), ReportPage.of(content(status))));
  }

  private void writePlots(Status status) {
    if (plots) {
      attempt("plots", () -> new PlotFiles(folder).write(content(status)));
    }
  }

  /**
   * Does something that may fail, and complains once about each kind of file. A run of days must
   * not end because a machine has no fonts, which Java tells by errors of these kinds.
   */
  private void attempt(String what, Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      complain(what, String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError | InternalError e) {
      complain(what, e.toString());
      LOG.debug("{} of the report", what, e);
    }
  }

  private void complain(String what, String reason) {
    if (complained.add(what)) {
      LOG.warn("{} of the report is not written: {}", what, reason);
    }
  }

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }
}
