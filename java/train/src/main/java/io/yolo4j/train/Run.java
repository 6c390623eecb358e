package io.yolo4j.train;

import io.yolo4j.augment.Epoch;
import io.yolo4j.augment.TrainingBatch;
import io.yolo4j.augment.TrainingLoader;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.eval.Validator;
import io.yolo4j.loss.LossItems;
import io.yolo4j.loss.Targets;
import io.yolo4j.runtime.Executor;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.train.TrainingResult.End;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One run under way: the loop over epochs and batches. */
final class Run implements AutoCloseable {
  /** What a run is made of; the teacher is null where it learns from labels alone. */
  record Parts(
      TrainOptions options,
      RunFolder folder,
      RunData data,
      RunModel model,
      @Nullable LoadedModel teacher) {}

  private static final int BATCHES_SHOWN = 3;

  private final Parts parts;
  private final TrainOptions options;
  private final TrainingListener listener;
  private final Learner learner;
  private final TrainingLoader loader;
  private final StepClock clock;
  private final List<EpochResult> results = new ArrayList<>();
  private final RunTimer timer;
  private RunPosition position = RunPosition.START;

  private Run(Parts parts, TrainingListener listener, Learner learner, TrainingLoader loader) {
    this.parts = parts;
    this.options = parts.options();
    this.listener = listener;
    this.learner = learner;
    this.loader = loader;
    this.clock = learner.clock();
    timer = new RunTimer(loader.batchesPerEpoch());
  }

  /** Opens what is native in a run. */
  static Run open(Parts parts, TrainingListener listener) {
    TrainingLoader loader = RunLoader.open(parts);
    try {
      return new Run(parts, listener, Learner.create(parts, loader.batchesPerEpoch()), loader);
    } catch (RuntimeException e) {
      loader.close();
      throw e;
    }
  }

  /** Goes on where a checkpoint stands. */
  void load(RunCheckpoint checkpoint) {
    position = checkpoint.position();
    learner.load(checkpoint);
  }

  @Override
  public void close() {
    loader.close();
    learner.close();
  }

  TrainingResult toTheEnd(BooleanSupplier cancelled) throws IOException {
    listener.started(
        new TrainingStart(
            parts.folder().folder(),
            parts.model().model(),
            parts.data().training(),
            parts.data().validation(),
            options.imageSize(),
            position.epoch(),
            options.epochs(),
            loader.batchesPerEpoch()));
    learner.describe().forEach(listener::message);
    End end = End.FINISHED;
    while (end == End.FINISHED && position.epoch() < options.epochs()) {
      if (!trainEpoch(cancelled)) {
        saveLast(learner.averaged());
        return result(End.CANCELLED);
      }
      boolean exhausted = finishEpoch();
      if (exhausted) {
        end = End.STOPPED_EARLY;
      } else if (cancelled.getAsBoolean() && position.epoch() < options.epochs()) {
        end = End.CANCELLED;
      }
    }
    if (end != End.CANCELLED) {
      RunCheckpoint.writeModel(
          parts.folder().last(), learner.info(position.epoch() - 1), learner.averaged());
    }
    return result(end);
  }

  /** Returns false if somebody cancelled before the epoch's last batch was done. */
  private boolean trainEpoch(BooleanSupplier cancelled) {
    int epoch = position.epoch();
    int batches = loader.batchesPerEpoch();
    learner.startEpoch(epoch, listener);
    clock.reset();
    timer.startEpoch();
    try (Epoch epochBatches = epochBatches()) {
      while (position.batch() < batches) {
        clock.start();
        try (TrainingBatch batch = epochBatches.next()) {
          clock.lap(StepClock.Part.LOADING);
          show(batch);
          step(batch);
        }
        if (cancelled.getAsBoolean() && position.batch() < batches) {
          return false;
        }
      }
    }
    return true;
  }

  private Epoch epochBatches() {
    if (!options.imageWeights() || position.classPrecisions().isEmpty()) {
      return loader.epoch(position.epoch(), position.batch());
    }
    List<Double> pictures =
        ClassWeights.of(parts.data().training())
            .after(position.classPrecisions())
            .pictures(parts.data().training().samples());
    int[] order = ClassWeights.order(pictures, options.seed(), position.epoch());
    return loader.epoch(position.epoch(), order, position.batch());
  }

  private void show(TrainingBatch batch) {
    if (position.epoch() == 0 && position.batch() < BATCHES_SHOWN) {
      listener.batchLoaded(
          position.batch(),
          batch.pixels(),
          batch.images(),
          batch.height(),
          batch.width(),
          batch.targets());
    }
    // The listener's time is none of the step's.
    clock.start();
  }

  private void step(TrainingBatch batch) {
    int side = side(batch);
    Learner.Outcome outcome = learner.step(batch, side, position);
    if (outcome.lossScale().value() < position.lossScale().value()) {
      listener.message(
          "epoch %d, batch %d: gradients beyond float16's range, no step; the loss scale falls to %s"
              .formatted(position.epoch() + 1, position.batch() + 1, outcome.lossScale().value()));
    }
    position =
        position.afterBatch(
            outcome.losses(),
            outcome.updated(),
            learner.averageUpdates(),
            learner.balance(),
            outcome.lossScale());
    timer.batchDone(batch.images());
    listener.batchDone(
        new BatchProgress(
            position.epoch(),
            options.epochs(),
            position.batch(),
            loader.batchesPerEpoch(),
            meanLosses(),
            batch.targets().length / Targets.COLUMNS,
            side,
            outcome.rates(),
            timer.imagesPerSecond(),
            timer.remainingNanos(
                (long) (options.epochs() - position.epoch()) * loader.batchesPerEpoch()
                    - position.batch(),
                options.epochs() - position.epoch())));
  }

  private int side(TrainingBatch batch) {
    int own = Math.max(batch.height(), batch.width());
    return options.multiScale()
        ? MultiScale.side(options, position, parts.model().model().head().maxStride())
        : own;
  }

  private LossItems meanLosses() {
    return position.lossSum().times(1.0 / Math.max(1, position.batch()));
  }

  /** Validates and saves; returns whether patience has ended. */
  private boolean finishEpoch() throws IOException {
    int epoch = position.epoch();
    LossItems losses = meanLosses();
    StepTimes times = clock.times();
    double seconds = timer.epochSeconds();
    LearningRates rates = learner.ratesBefore(position);
    StateDict averaged = learner.averaged();
    ValidationResult validation = null;
    EpochValidation measured = null;
    if ((epoch + 1) % options.validationPeriod() == 0 || epoch + 1 == options.epochs()) {
      measured = new EpochValidation(learner.validationLoss(), listener);
      validation = validate(measured, averaged);
    }
    timer.validated();
    boolean stop = false;
    boolean best = false;
    if (validation != null) {
      double fitness = validation.fitness();
      EarlyStopping patience = patience().after(epoch, fitness);
      best = patience.bestEpoch() == epoch;
      stop = patience.stopsAfter(epoch);
      position =
          position.validated(patience.bestEpoch(), patience.bestFitness(), precisions(validation));
    }
    position = position.nextEpoch();
    save(epoch, best, averaged);
    EpochResult result =
        new EpochResult(
            epoch,
            options.epochs(),
            losses,
            validation,
            measured == null ? null : measured.losses(),
            rates,
            seconds,
            timer.validationSeconds(),
            timer.imagesPerSecond(),
            times,
            best);
    results.add(result.withoutCurves());
    listener.epochDone(result);
    return stop;
  }

  private EarlyStopping patience() {
    return new EarlyStopping(
        options.patience(), Math.max(0, position.bestEpoch()), position.bestFitness());
  }

  /** By class id; 0 for classes without labels. */
  private List<Double> precisions(ValidationResult validation) {
    List<Double> precisions =
        new ArrayList<>(Collections.nCopies(parts.data().training().classNames().size(), 0.0));
    validation.classes().forEach(c -> precisions.set(c.classId(), c.ap50To95()));
    return precisions;
  }

  private ValidationResult validate(EpochValidation measured, StateDict averaged) {
    try (Executor executor =
        TorchExecutor.create(parts.model().model().graph(), averaged, options.torch())) {
      return new Validator(executor, options.validation()).run(parts.data().validation(), measured);
    }
  }

  private void save(int epoch, boolean best, StateDict averaged) throws IOException {
    if (best) {
      write(parts.folder().best(), epoch, averaged);
    }
    if (options.savePeriod() > 0 && (epoch + 1) % options.savePeriod() == 0) {
      write(parts.folder().ofEpoch(epoch), epoch, averaged);
    }
    saveLast(averaged);
  }

  private void write(Path file, int epoch, StateDict averaged) throws IOException {
    RunCheckpoint.writeModel(file, learner.info(epoch), averaged);
    listener.checkpointWritten(file, epoch);
  }

  private void saveLast(StateDict averaged) throws IOException {
    learner.checkpoint(position, averaged).write(parts.folder().last());
    listener.checkpointWritten(parts.folder().last(), position.epoch());
  }

  private TrainingResult result(End end) {
    @Nullable Path best = position.bestEpoch() < 0 ? null : parts.folder().best();
    return new TrainingResult(
        parts.folder().folder(), end, results, position.bestEpoch(), parts.folder().last(), best);
  }
}
