package io.yolo4j.train;

import io.yolo4j.detect.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network as {@link TrainOptions} say and tells a {@link TrainingListener} how it goes.
 *
 * <p>A run writes into its folder: {@code opt.yaml} and {@code hyp.yaml}, which reproduce it;
 * {@code weights/last.safetensors} after every epoch, from which {@link #resume} goes on bit for
 * bit on the same machine with the same number of threads; {@code weights/best.safetensors}, the
 * averaged weights of the epoch with the best fitness (0.1·mAP50 + 0.9·mAP50-95). When all epochs
 * are done, {@code last.safetensors} keeps the averaged weights only. Every file is written under a
 * temporary name and moved into place.
 *
 * <p>Every random choice comes from (seed, epoch, index), so equal options give equal batches with
 * any number of loader threads.
 *
 * <p>With {@link TrainOptions#compatible()} a run does as the Python reference where ours differs:
 * the learning rate of an epoch after the warm-up is that of the epoch before, attention
 * projections aren't trained, the batch norm statistics of frozen rows move, and all weights are
 * rounded to float16 before the first step.
 *
 * <p>Threads: {@link #run} on one thread, once; {@link #cancel} from any.
 */
public final class Trainer {
  private final TrainOptions options;
  private final @Nullable RunCheckpoint checkpoint;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private Trainer(TrainOptions options, @Nullable RunCheckpoint checkpoint) {
    this.options = options;
    this.checkpoint = checkpoint;
  }

  /** Prepares a new run; nothing is read or written before {@link #run}. */
  public static Trainer of(TrainOptions options) {
    return new Trainer(options, null);
  }

  /**
   * Prepares to go on with a run, with the options that it had.
   *
   * @param run the run's folder or its {@code last.safetensors}
   * @throws TrainingException if the file holds no state of training
   * @throws IOException if it cannot be read
   */
  public static Trainer resume(Path run) throws IOException {
    Path file = RunFolder.lastCheckpoint(run);
    RunCheckpoint checkpoint = RunCheckpoint.read(file);
    TrainOptions options =
        TrainOptionsYaml.fromMap(
            checkpoint.options(),
            Hyperparameters.of(checkpoint.info().hyperParameters()),
            file.toString());
    Path folder = RunFolder.of(file);
    return new Trainer(options.with(builder -> builder.folder(folder)), checkpoint);
  }

  /**
   * Returns whether a run can go on: its last checkpoint is there and holds the state of training.
   * That of a run whose epochs are done doesn't.
   *
   * @param folder the run's folder
   * @throws IOException if the checkpoint cannot be read
   */
  public static boolean resumable(Path folder) throws IOException {
    Path last = new RunFolder(folder).last();
    return Files.exists(last) && RunCheckpoint.holdsTraining(last);
  }

  /** Returns the options; of a resumed run those that it started with. */
  public TrainOptions options() {
    return options;
  }

  /**
   * Asks the run to end after the batch that is under way, with a checkpoint from which it can go
   * on. While an epoch is validated, it ends after that. Returns at once.
   */
  public void cancel() {
    cancelled.set(true);
  }

  /**
   * Checks that a folder can take a run, before the work that comes first.
   *
   * @throws IOException if it is there and not empty, naming it
   */
  public static void requireFree(Path folder) throws IOException {
    RunFolder.requireFree(folder);
  }

  /**
   * Runs until all epochs are done, patience ends or somebody cancels.
   *
   * @throws TrainingException if data, model and options do not fit, or a loss is not finite; the
   *     last checkpoint stays
   * @throws IOException if a file cannot be read or written; the last checkpoint stays
   * @throws IllegalStateException if this trainer ran before
   */
  public TrainingResult run(TrainingListener listener) throws IOException {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("a trainer runs once; create another one");
    }
    if (checkpoint == null) {
      RunFolder.requireFree(options.folder());
    }
    RunData data = RunData.read(options, listener);
    RunModel model =
        checkpoint == null
            ? RunModel.create(options, data.training(), listener)
            : RunModel.resumed(checkpoint.info(), checkpoint.averaged(), options.folder());
    Distillation distillation = options.distillation();
    // Read before the run has a folder, since it may not fit.
    LoadedModel teacher = distillation == null ? null : Teacher.read(distillation, model);
    RunFolder folder =
        checkpoint == null ? RunFolder.create(options) : RunFolder.reopen(options.folder());
    try (Run run = Run.open(new Run.Parts(options, folder, data, model, teacher), listener)) {
      if (checkpoint != null) {
        run.load(checkpoint);
      }
      TrainingResult result = run.toTheEnd(cancelled::get);
      listener.finished(result);
      return result;
    } catch (IOException e) {
      throw Files.exists(folder.last())
          ? new IOException(
              "%s; the run can be resumed from its last checkpoint, %s"
                  .formatted(e.getMessage(), folder.last()),
              e)
          : e;
    }
  }
}
