package io.yolo4j.study;

import io.yolo4j.data.Sample;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.files.AtomicFolder;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.Trainer;
import io.yolo4j.train.TrainingException;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingResult;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A study in a folder.
 *
 * <p>The folder holds {@code plan.json}, written first; {@code data}, the lists of pictures; {@code
 * runs/CELL/seedN}, a training each; {@code results}, a file for each finished run, written in one
 * step. Started again with the same plan, a study skips finished runs and goes on with the one that
 * was cut off, from its last checkpoint: the results are the same bit for bit. The user's files are
 * only read.
 *
 * <p>Threads: {@link #run} on one thread; {@link #cancel} from any.
 */
public final class Study {
  private static final String RUNS = "runs";

  private final StudyPlan plan;
  private final Path folder;
  private final int timedRuns;
  private volatile boolean cancelled;
  private volatile @Nullable Trainer current;

  private Study(StudyPlan plan, Path folder, int timedRuns) {
    this.plan = plan;
    this.folder = folder;
    this.timedRuns = timedRuns;
  }

  /**
   * Prepares a study; nothing is written before {@link #run}.
   *
   * @param timedRuns how often each network is timed at the end, in a study of networks
   * @throws TrainingException if the folder cannot be written, or holds something else or a study
   *     with another plan; the message says what differs
   * @throws IOException if the plan there cannot be read
   */
  public static Study of(StudyPlan plan, Path folder, int timedRuns) throws IOException {
    if (timedRuns < 1) {
      throw new IllegalArgumentException("a network must be timed at least once, got " + timedRuns);
    }
    Study study = new Study(plan, folder, timedRuns);
    study.checkFolder();
    return study;
  }

  /** Returns what is trained. */
  public StudyPlan plan() {
    return plan;
  }

  /** Returns where it is written. */
  public Path folder() {
    return folder;
  }

  /** Returns the results that are there. */
  public StudyResult found() throws IOException {
    ResultFiles files = new ResultFiles(folder);
    List<RunResult> results = new ArrayList<>();
    for (StudyRun run : plan.runs()) {
      files.read(run).ifPresent(results::add);
    }
    return new StudyResult(plan, results, files.readTimes().orElse(List.of()));
  }

  /** Checks that a folder can be written, before any data is read. */
  public static void requireWritable(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new TrainingException(
          "%s: the study's folder cannot be written: %s must be a folder that can be written to"
              .formatted(folder, existing));
    }
  }

  private void checkFolder() throws IOException {
    requireWritable(folder);
    if (Files.exists(folder.resolve(PlanFile.NAME))) {
      List<String> differences = PlanFile.differences(folder, plan);
      if (!differences.isEmpty() && hasRuns()) {
        throw new TrainingException(
            "%s: holds a study with another plan: %s; name another folder"
                .formatted(folder, PlanFile.line(differences)));
      }
    } else if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        // A kill while the plan was written leaves a temporary file.
        if (files.anyMatch(file -> !file.getFileName().toString().startsWith("."))) {
          throw new TrainingException(
              folder
                  + ": the folder of a new study must be empty or absent; it holds files already");
        }
      }
    }
  }

  private boolean hasRuns() {
    return Files.exists(folder.resolve(RUNS));
  }

  /** Asks the run that is under way to end, see {@link Trainer#cancel}; no other one starts. */
  public void cancel() {
    cancelled = true;
    Trainer trainer = current;
    if (trainer != null) {
      trainer.cancel();
    }
  }

  /**
   * Trains what isn't trained yet.
   *
   * @return all results, those that were there already included
   * @throws TrainingException if a run fails, or another process works on the study
   * @throws IOException if a file cannot be read or written; what is finished stays
   */
  public StudyResult run(StudyListener listener) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new TrainingException(
          "%s: the study's folder cannot be created (%s)".formatted(folder, e), e);
    }
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      checkFolder();
      begin();
      return runs(listener);
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this process; said below.
    }
    if (lock == null) {
      throw new TrainingException(folder + ": another process works on this study");
    }
    return lock;
  }

  /** A study that has trained nothing takes another plan, and forgets the data of the old one. */
  private void begin() throws IOException {
    AtomicFile.deleteLeftovers(folder.resolve(PlanFile.NAME));
    if (!hasRuns()) {
      AtomicFolder.delete(folder.resolve("data"));
      PlanFile.write(folder, plan);
    }
  }

  private StudyResult runs(StudyListener listener) throws IOException {
    plan.data().notes().forEach(listener::message);
    StudyFiles data = StudyFiles.write(folder, plan.data());
    ResultFiles results = new ResultFiles(folder);
    TimeLeft left = new TimeLeft(plan);
    int done = 0;
    List<StudyRun> open = new ArrayList<>();
    for (StudyRun run : plan.runs()) {
      Optional<RunResult> result = results.read(run);
      if (result.isPresent()) {
        left.done(run, result.get().seconds());
        listener.runDone(result.get(), ++done, plan.runs().size());
      } else {
        open.add(run);
      }
    }
    for (StudyRun run : open) {
      Optional<RunResult> result = cancelled ? Optional.empty() : train(run, data, left, listener);
      if (result.isEmpty()) {
        return found();
      }
      results.write(run, result.get());
      left.done(run, result.get().seconds());
      listener.runDone(result.get(), ++done, plan.runs().size());
    }
    time(results, listener);
    return found();
  }

  private Optional<RunResult> train(
      StudyRun run, StudyFiles data, TimeLeft left, StudyListener listener) throws IOException {
    TrainOptions options = RunTraining.options(run, folder, dataOf(run, data));
    RunTraining training = new RunTraining(run, options);
    RunClock clock = RunClock.open(options.folder());
    if (!training.isTrained()) {
      left.started(run);
      TrainingListener told =
          TrainingListener.all(List.of(clock, listener.runStarted(run, options, left)));
      Trainer trainer = training.trainer();
      current = trainer;
      if (cancelled) {
        return Optional.empty();
      }
      try {
        if (trainer.run(told).end() == TrainingResult.End.CANCELLED) {
          return Optional.empty();
        }
      } catch (TrainingException e) {
        throw new TrainingException("the run %s: %s".formatted(run.text(), e.getMessage()), e);
      } finally {
        current = null;
      }
    }
    return Optional.of(training.measured(plan.data().validation(), clock.seconds()));
  }

  private Path dataOf(StudyRun run, StudyFiles files) throws IOException {
    int size = run.cell().picturesPerClass();
    if (size == 0) {
      return files.write("all", plan.data().training().samples());
    }
    List<Sample> subset = Subsets.of(plan.data().training()).take(size, run.seed());
    return files.write(run.fileName(), subset);
  }

  private void time(ResultFiles results, StudyListener listener) throws IOException {
    if (plan.kind() != StudyKind.BACKBONE || cancelled || results.readTimes().isPresent()) {
      return;
    }
    listener.message("timing %d networks on each backend".formatted(plan.cells().size()));
    Map<StudyCell, Path> models = new LinkedHashMap<>();
    for (StudyCell cell : plan.cells()) {
      models.put(cell, RunTraining.best(RunTraining.folder(cell, plan.seeds().get(0), folder)));
    }
    results.writeTimes(NetworkClock.times(models, timedRuns));
  }
}
