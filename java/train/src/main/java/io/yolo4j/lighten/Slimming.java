package io.yolo4j.lighten;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.Trainer;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingResult;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.ModelInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Network slimming from end to end: a training that pulls batch norm scales to zero, pruning, and a
 * training that makes up for it.
 *
 * <p>In the folder of the options lie afterwards {@code sparse/}, the run of the first training,
 * {@code pruned.safetensors}, and {@code tuned/}, the run of the second.
 *
 * <p>Threads: {@link #run} on one thread, once; {@link #cancel} from any.
 */
public final class Slimming {
  /**
   * What is done.
   *
   * @param training of both trainings: data, rates, augmentation; its epochs are those of the
   *     second, its sparsity that of the first, its weights the model to slim
   * @param sparseEpochs of the first training; 0: prune the model as it is
   * @param tuned whether the pruned model is trained further
   * @param pruning how much goes
   */
  public record Options(
      TrainOptions training, int sparseEpochs, boolean tuned, PruneOptions pruning) {
    /** Checks that the options fit each other. */
    public Options {
      if (training.weights() == null || training.model() != null) {
        throw new IllegalArgumentException(
            "slimming starts from weights that carry a description, and from no other model");
      }
      if (sparseEpochs < 0) {
        throw new IllegalArgumentException(
            "epochs with sparsity must be at least 0, got " + sparseEpochs);
      }
      if ((sparseEpochs > 0) != (training.sparsity() > 0)) {
        throw new IllegalArgumentException(
            "epochs with sparsity and a sparsity above 0 go together, got %d and %s"
                .formatted(sparseEpochs, training.sparsity()));
      }
    }
  }

  /**
   * What came out.
   *
   * @param pruning what was left out
   * @param pruned the pruned model's file
   * @param tuned the file of the model that was trained further; empty without a second training
   */
  public record Result(Pruning pruning, Path pruned, Optional<Path> tuned) {}

  private final Options options;
  private volatile boolean cancelled;
  private volatile @Nullable Trainer trainer;

  /** Prepares; nothing is read or written before {@link #run}. */
  public Slimming(Options options) {
    this.options = options;
  }

  /** Asks to end after the batch that is under way. */
  public void cancel() {
    cancelled = true;
    Trainer current = trainer;
    if (current != null) {
      current.cancel();
    }
  }

  /**
   * Slims.
   *
   * @param listeners told how the trainings go, one made for each run
   * @return empty if somebody cancelled; a training's checkpoint stays
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException as {@link Pruning#of}
   */
  public Optional<Result> run(Function<TrainOptions, TrainingListener> listeners)
      throws IOException {
    Path folder = options.training().folder();
    Path start = Objects.requireNonNull(options.training().weights());
    Trainer.requireFree(folder);
    if (options.sparseEpochs() > 0) {
      // What cannot be reached shows before a training.
      Pruning.of(LoadedModel.open(start, Optional.empty()), options.pruning());
      Optional<Path> sparse = sparse(folder.resolve("sparse"), listeners);
      if (sparse.isEmpty()) {
        return Optional.empty();
      }
      start = sparse.get();
    }
    Pruning pruning = Pruning.of(LoadedModel.open(start, Optional.empty()), options.pruning());
    Files.createDirectories(folder);
    Path pruned = folder.resolve("pruned.safetensors");
    pruning.write(pruned, info(start));
    if (!options.tuned()) {
      return Optional.of(new Result(pruning, pruned, Optional.empty()));
    }
    TrainOptions training =
        options.training().with(b -> b.weights(pruned).sparsity(0).folder(folder.resolve("tuned")));
    return train(training, listeners)
        .map(
            result ->
                new Result(
                    pruning,
                    pruned,
                    Optional.ofNullable(result.best())
                        .or(() -> Optional.ofNullable(result.last()))));
  }

  /** The averaged weights at the end, not the best ones: scales fall until the last epoch. */
  private Optional<Path> sparse(Path folder, Function<TrainOptions, TrainingListener> listeners)
      throws IOException {
    TrainOptions training =
        options.training().with(b -> b.epochs(options.sparseEpochs()).patience(0).folder(folder));
    return train(training, listeners).flatMap(result -> Optional.ofNullable(result.last()));
  }

  private Optional<TrainingResult> train(
      TrainOptions training, Function<TrainOptions, TrainingListener> listeners)
      throws IOException {
    Trainer current = Trainer.of(training);
    trainer = current;
    if (cancelled) {
      return Optional.empty();
    }
    TrainingResult result = current.run(listeners.apply(training));
    return result.end() == TrainingResult.End.CANCELLED ? Optional.empty() : Optional.of(result);
  }

  private static ModelInfo info(Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return checkpoint.info();
    }
  }
}
