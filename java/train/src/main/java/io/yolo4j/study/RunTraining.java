package io.yolo4j.study;

import io.yolo4j.data.Dataset;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.ValidationListener;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.eval.Validator;
import io.yolo4j.files.AtomicFolder;
import io.yolo4j.runtime.Executor;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.Trainer;
import io.yolo4j.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Begins, resumes and measures one run, in a folder that only the study writes. */
final class RunTraining {
  private final StudyRun run;
  private final TrainOptions options;

  RunTraining(StudyRun run, TrainOptions options) {
    this.run = run;
    this.options = options;
  }

  /** The weights of the best epoch. */
  static Path best(Path folder) {
    return folder.resolve("weights").resolve("best.safetensors");
  }

  private Path last() {
    return options.folder().resolve("weights").resolve("last.safetensors");
  }

  /** Returns whether all epochs are trained, or patience ended. */
  boolean isTrained() throws IOException {
    return Files.exists(last())
        && Files.exists(best(options.folder()))
        && !Trainer.resumable(options.folder());
  }

  /**
   * Returns the trainer that goes on where an earlier process was cut off; where that has no
   * checkpoint yet, its folder is emptied and the run begins anew.
   */
  Trainer trainer() throws IOException {
    if (Trainer.resumable(options.folder())) {
      return Trainer.resume(options.folder());
    }
    AtomicFolder.delete(options.folder());
    return Trainer.of(options);
  }

  /**
   * Measures the best epoch's weights: from the file, so that a run that was cut off gives the same
   * numbers as one that wasn't.
   */
  RunResult measured(Dataset validation, double seconds) throws IOException {
    Path best = best(options.folder());
    LoadedModel model = LoadedModel.open(best, Optional.empty());
    ValidationResult result;
    try (Executor executor = TorchExecutor.create(model.graph(), model.state(), options.torch())) {
      result =
          new Validator(executor, options.validation())
              .run(validation, new ValidationListener() {});
    }
    Map<String, Double> ap50 = new LinkedHashMap<>();
    for (ClassResult one : result.classes()) {
      ap50.put(one.name(), one.ap50());
    }
    return new RunResult(
        run.cell().name(),
        run.seed(),
        run.pictures(),
        epoch(last()) + 1,
        epoch(best),
        result.precision(),
        result.recall(),
        result.map50(),
        result.map50To95(),
        ap50,
        seconds);
  }

  private static int epoch(Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return checkpoint.info().epoch().orElse(-1);
    }
  }

  /** Returns the folder of a run. */
  static Path folder(StudyCell cell, long seed, Path study) {
    return study.resolve("runs").resolve(cell.name()).resolve("seed" + seed);
  }

  /** Returns the options of a run of a study in a folder. */
  static TrainOptions options(StudyRun run, Path study, Path data) {
    Path folder = folder(run.cell(), run.seed(), study);
    return run.cell().options().with(builder -> builder.data(data).folder(folder).seed(run.seed()));
  }
}
