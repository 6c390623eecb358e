package io.yolo4j.lighten;

import io.yolo4j.data.Dataset;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.eval.ValidationListener;
import io.yolo4j.eval.ValidationOptions;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.eval.Validator;
import io.yolo4j.graph.Cost;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.profile.Timing;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Measures models beside each other: counts, accuracy on a data set, time of a picture on LibTorch
 * and on the compiled plan. Times are taken in turns, a run of each model after the other, so that
 * what else the machine does hits all alike.
 *
 * @param imageSize side of the square pictures, a multiple of the largest stride
 * @param runs timed runs of each, after a few that aren't
 * @param torch how LibTorch runs
 * @param plan how plans are compiled
 */
public record Weighing(int imageSize, int runs, TorchOptions torch, PlanOptions plan) {
  private static final int WARMUP = 5;
  private static final int BATCH = 32;

  /** Checks the values. */
  public Weighing {
    if (imageSize < 1 || runs < 1) {
      throw new IllegalArgumentException(
          "image size and runs must be at least 1, got %d and %d".formatted(imageSize, runs));
    }
  }

  /**
   * A model to weigh.
   *
   * @param name for people
   * @param file its model file
   */
  public record Subject(String name, Path file) {}

  /**
   * Weighs models.
   *
   * @param validation pictures with labels
   * @return one result a model, in order
   * @throws IOException if a model file cannot be read
   * @throws IllegalArgumentException if a model has other classes than the data set
   */
  public List<Weighed> of(List<Subject> subjects, Dataset validation) throws IOException {
    List<LoadedModel> models = new ArrayList<>();
    for (Subject subject : subjects) {
      LoadedModel model = LoadedModel.open(subject.file(), Optional.empty());
      int classes = model.model().head().classes();
      if (classes != validation.classNames().size()) {
        throw new IllegalArgumentException(
            "%s has %d classes, the data set %d; they must be the same"
                .formatted(subject.file(), classes, validation.classNames().size()));
      }
      models.add(model);
    }
    List<Optional<Timing>> torchTimes = times(models, false);
    List<Optional<Timing>> planTimes = times(models, true);
    List<Weighed> weighed = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      weighed.add(
          weighed(
              subjects.get(i),
              models.get(i),
              accuracy(models.get(i), validation),
              torchTimes.get(i).orElseThrow(),
              planTimes.get(i)));
    }
    return weighed;
  }

  private Weighed weighed(
      Subject subject,
      LoadedModel model,
      ValidationResult accuracy,
      Timing torchTime,
      Optional<Timing> planTime)
      throws IOException {
    ModelSummary summary = ModelSummary.of(model.model(), imageSize, imageSize, true);
    Cost cost = summary.cost();
    return new Weighed(
        subject.name(),
        summary.parameters(),
        cost.flops(),
        Float.BYTES * cost.elements(),
        Files.size(subject.file()),
        accuracy.map50(),
        accuracy.map50To95(),
        torchTime,
        planTime);
  }

  private ValidationResult accuracy(LoadedModel model, Dataset validation) {
    ValidationOptions options =
        ValidationOptions.defaults().withImageSize(imageSize).withBatchSize(BATCH);
    try (Executor executor = TorchExecutor.create(model.graph(), model.state(), torch)) {
      return new Validator(executor, options).run(validation, ValidationListener.NONE);
    }
  }

  private List<Optional<Timing>> times(List<LoadedModel> models, boolean compiled) {
    List<Optional<Executor>> executors = new ArrayList<>();
    try {
      for (LoadedModel model : models) {
        executors.add(compiled ? plan(model) : Optional.of(onTorch(model)));
      }
      ImageBatch picture = ImageBatch.noise(1, imageSize, imageSize);
      List<Runnable> works = new ArrayList<>();
      executors.forEach(one -> one.ifPresent(executor -> works.add(() -> executor.run(picture))));
      Iterator<Timing> measured = Timing.inTurns(works, WARMUP, runs).iterator();
      return executors.stream().map(one -> one.map(executor -> measured.next())).toList();
    } finally {
      executors.forEach(executor -> executor.ifPresent(Executor::close));
    }
  }

  private Executor onTorch(LoadedModel model) {
    return TorchExecutor.create(model.graph(), model.state(), torch);
  }

  private Optional<Executor> plan(LoadedModel model) {
    try {
      return Optional.of(PlanExecutor.create(model.graph(), model.state(), plan));
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
