package io.yolo4j.train;

import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where a run writes. */
record RunFolder(Path folder) {
  private static final String WEIGHTS = "weights";
  private static final String LAST = "last.safetensors";

  /**
   * Checks that a new run may write there; writes nothing, so that a run which cannot start for
   * another reason leaves nothing behind.
   *
   * @throws TrainingException if the folder holds something already, or cannot be written
   */
  static void requireFree(Path folder) throws IOException {
    if (Files.isDirectory(folder) && !isEmpty(folder)) {
      throw new TrainingException(
          folder + ": the folder of a new run must be empty or absent; it holds files already");
    }
    Path existing = folder.toAbsolutePath();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new TrainingException(
          "%s: the run's folder cannot be created: %s must be a folder that can be written to"
              .formatted(folder, existing));
    }
  }

  /**
   * Creates the folder of a new run and writes its options there.
   *
   * @throws TrainingException if it cannot be created
   */
  static RunFolder create(TrainOptions options) throws IOException {
    Path folder = options.folder();
    try {
      Files.createDirectories(folder.resolve(WEIGHTS));
    } catch (IOException e) {
      throw new TrainingException(
          "%s: the run's folder cannot be created (%s)".formatted(folder, e), e);
    }
    RunFolder run = new RunFolder(folder);
    TrainOptionsYaml.write(folder.resolve("opt.yaml"), options);
    options.hyperparameters().write(folder.resolve("hyp.yaml"));
    return run;
  }

  /** Opens the folder of a run that goes on; halves of checkpoints that a kill left are deleted. */
  static RunFolder reopen(Path folder) throws IOException {
    Files.createDirectories(folder.resolve(WEIGHTS));
    RunFolder run = new RunFolder(folder);
    AtomicFile.deleteLeftovers(run.last());
    AtomicFile.deleteLeftovers(run.best());
    return run;
  }

  /** Returns the file to resume from. */
  static Path lastCheckpoint(Path run) {
    Path file = Files.isDirectory(run) ? run.resolve(WEIGHTS).resolve(LAST) : run;
    if (!Files.exists(file)) {
      throw new TrainingException(
          file + ": there is no such checkpoint; --resume takes a run's folder or its " + LAST);
    }
    return file;
  }

  /** Returns the run's folder of a checkpoint in its {@code weights} folder. */
  static Path of(Path checkpoint) {
    Path weights = checkpoint.toAbsolutePath().getParent();
    Path folder = weights == null ? null : weights.getParent();
    if (weights == null || folder == null || !weights.endsWith(WEIGHTS)) {
      throw new TrainingException(
          checkpoint + ": a run goes on from the folder 'weights' inside its own folder");
    }
    return folder;
  }

  Path last() {
    return weights(LAST);
  }

  Path best() {
    return weights("best.safetensors");
  }

  Path ofEpoch(int epoch) {
    return weights("epoch%d.safetensors".formatted(epoch));
  }

  private Path weights(String name) {
    return folder.resolve(WEIGHTS).resolve(name);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }
}
