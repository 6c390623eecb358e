package io.yolo4j.train;

import io.yolo4j.augment.TrainingBatch;
import io.yolo4j.data.Dataset;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.Graph;
import io.yolo4j.loss.DetectionLoss;
import io.yolo4j.loss.LossItems;
import io.yolo4j.loss.LossOptions;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.StateDict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The network that is trained and what moves it: loss, optimizer, schedule, average. */
final class Learner implements AutoCloseable {
  /** What a batch did. */
  record Outcome(LossItems losses, boolean updated, LearningRates rates, LossScale lossScale) {}

  private final Run.Parts parts;
  private final TrainOptions options;
  private final PhasedSchedule schedule;
  private final TorchNetwork network;
  private final Optimizer optimizer;
  private final WeightAverage average;
  private final DetectionLoss loss;
  private final DetectionLoss validationLoss;
  private final StepClock clock = new StepClock();
  private final TrainingStep step;
  private final SparsityPenalty sparsity;
  private final @Nullable Teacher teacher;
  private Set<String> frozen = Set.of();

  private Learner(Run.Parts parts, int batches, TorchNetwork network, @Nullable Teacher teacher) {
    this.parts = parts;
    this.options = parts.options();
    this.network = network;
    this.teacher = teacher;
    schedule = PhasedSchedule.of(options, batches);
    average = WeightAverage.of(network);
    if (options.compatible()) {
      network.load(Float16Rounding.of(network.stateDict()));
    }
    optimizer = optimizer();
    sparsity =
        new SparsityPenalty(
            options.sparsity(),
            ParameterGroups.of(network.graph(), options.compatible()).normWeights(),
            network.parameters());
    LossOptions losses = lossOptions(parts);
    loss = new DetectionLoss(parts.model().model().head(), losses);
    validationLoss = new DetectionLoss(parts.model().model().head(), losses.withAutobalance(false));
    step = new TrainingStep(network, loss, teacher, clock);
  }

  /** Opens everything that the parts ask for. */
  static Learner create(Run.Parts parts, int batches) {
    TrainOptions options = parts.options();
    Graph graph = parts.model().model().graph();
    Distillation distillation = options.distillation();
    LoadedModel taught = parts.teacher();
    Graph trained = distillation == null ? graph : Teacher.tapped(graph, distillation);
    TorchNetwork network = TorchNetwork.trainable(trained, parts.model().state(), options.torch());
    Teacher teacher = null;
    try {
      if (distillation != null && taught != null) {
        teacher = Teacher.open(distillation, taught, trained, options.torch(), options.seed());
      }
      return new Learner(parts, batches, network, teacher);
    } catch (RuntimeException e) {
      if (teacher != null) {
        teacher.close();
      }
      network.close();
      throw e;
    }
  }

  private Optimizer optimizer() {
    ParameterGroups groups = ParameterGroups.of(network.graph(), options.compatible());
    Map<String, Tensor> parameters = new LinkedHashMap<>(network.parameters());
    if (teacher != null) {
      groups = teacher.with(groups);
      parameters.putAll(teacher.parameters());
    }
    return Optimizer.of(
        options.optimizer(), options.hyperparameters().momentum(), groups, parameters);
  }

  private static LossOptions lossOptions(Run.Parts parts) {
    TrainOptions options = parts.options();
    Hyperparameters hyp = options.hyperparameters();
    return LossOptions.defaults()
        .withBox(hyp.box())
        .withCls(hyp.cls())
        .withClsPw(hyp.clsPw())
        .withObj(hyp.obj())
        .withObjPw(hyp.objPw())
        .withAnchorT(hyp.anchorT())
        .withFlGamma(hyp.flGamma())
        .withLabelSmoothing(options.labelSmoothing())
        .withAutobalance(options.autobalance())
        .withClassWeights(
            options.classWeights() ? classWeights(parts.data().training()) : List.of())
        .scaled(
            parts.model().model().head().levels().size(),
            parts.model().model().head().classes(),
            options.imageSize());
  }

  /** Around 1, so that the loss keeps its size. */
  private static List<Double> classWeights(Dataset training) {
    List<Double> weights = ClassWeights.of(training).weights();
    return weights.stream().map(weight -> weight * weights.size()).toList();
  }

  /** Goes on where a checkpoint stands. */
  void load(RunCheckpoint checkpoint) {
    network.load(checkpoint.live());
    if (teacher != null) {
      teacher.load(checkpoint.live());
    }
    average.load(checkpoint.averaged(), checkpoint.position().averageUpdates());
    optimizer.load(checkpoint.optimizer());
    if (!checkpoint.position().balance().isEmpty()) {
      loss.balance(checkpoint.position().balance());
    }
  }

  /** Returns what a person should know before the first step. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    ParameterGroups groups = ParameterGroups.of(network.graph(), options.compatible());
    lines.add(
        "optimizer: %s with %d batch norm weights, %d weights (decay %s), %d biases"
            .formatted(
                options.optimizer(),
                groups.normWeights().size(),
                groups.weights().size(),
                BigDecimal.valueOf(schedule.weightDecay()).stripTrailingZeros().toPlainString(),
                groups.biases().size()));
    schedule.advice().ifPresent(lines::add);
    return lines;
  }

  /** Freezes and thaws as the options say for this epoch. */
  void startEpoch(int epoch, TrainingListener listener) {
    FreezePhases phases = options.freeze();
    Set<String> wanted =
        phases.frozenIn(epoch) ? phases.plan().orElseThrow().names(network.graph()) : Set.of();
    if (!wanted.equals(frozen)) {
      network.freeze(wanted, options.compatible());
      listener.message(
          wanted.isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "epoch %d: everything thaws, at %.3f times the learning rate",
                  epoch + 1,
                  phases.rateIn(epoch))
              : "epoch %d: %d parameters and buffers stand still"
                  .formatted(epoch + 1, wanted.size()));
      frozen = wanted;
    }
  }

  /** Learns from a batch. */
  Outcome step(TrainingBatch batch, int side, RunPosition position) {
    String where = "epoch %d, batch %d".formatted(position.epoch() + 1, position.batch() + 1);
    LossScale scale = position.lossScale();
    LossItems losses = step.run(batch, side, where, scalesLoss() ? scale.value() : 1);
    long iteration = position.iteration();
    LearningRates rates = schedule.rates(iteration);
    boolean updates = schedule.stepsAfter(iteration, position.lastOptimizerStep());
    if (updates) {
      boolean finite = !scalesLoss() || optimizer.unscaleGradients(scale.value());
      if (scalesLoss()) {
        scale = after(finite, scale, where);
      }
      if (finite) {
        sparsity.addGradients();
        optimizer.step(rates, schedule.momentum(iteration), schedule.weightDecay());
      }
      optimizer.zeroGradients();
      clock.lap(StepClock.Part.OPTIMIZER);
      if (finite) {
        average.update(network);
        clock.lap(StepClock.Part.AVERAGE);
      }
    }
    return new Outcome(losses, updates, rates, scale);
  }

  private boolean scalesLoss() {
    return options.torch().precision() == TorchOptions.Precision.FLOAT16;
  }

  private static LossScale after(boolean finite, LossScale scale, String where) {
    LossScale next = scale.after(finite);
    if (next.isExhausted()) {
      throw new TrainingException(
          "%s: the gradients must be finite, but aren't even with a loss scale of %s; train in another precision or with smaller learning rates"
              .formatted(where, scale.value()));
    }
    return next;
  }

  StepClock clock() {
    return clock;
  }

  /** Returns the learning rates of the last batch before a position. */
  LearningRates ratesBefore(RunPosition position) {
    return schedule.rates(Math.max(0, position.iteration() - 1));
  }

  DetectionLoss validationLoss() {
    return validationLoss;
  }

  List<Double> balance() {
    return loss.balance();
  }

  long averageUpdates() {
    return average.updates();
  }

  /** Returns a copy of the averaged weights. */
  StateDict averaged() {
    return average.state();
  }

  /** Returns what a model file says after an epoch. */
  ModelInfo info(int epoch) {
    return parts
        .model()
        .info(parts.data().training().classNames(), options)
        .withEpoch(epoch)
        .withHyperParameters(options.hyperparameters().toMap());
  }

  /**
   * Returns all that it takes to go on from a position.
   *
   * @param averaged a copy that {@link #averaged} gave at this position
   */
  RunCheckpoint checkpoint(RunPosition position, StateDict averaged) {
    return new RunCheckpoint(
        info(position.batch() == 0 ? position.epoch() - 1 : position.epoch()),
        averaged,
        teacher == null ? network.stateDict() : teacher.with(network.stateDict()),
        optimizer.state(),
        position,
        TrainOptionsYaml.toMap(options));
  }

  @Override
  public void close() {
    loss.close();
    validationLoss.close();
    optimizer.close();
    average.close();
    if (teacher != null) {
      teacher.close();
    }
    network.close();
  }
}
