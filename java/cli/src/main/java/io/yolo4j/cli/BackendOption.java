package io.yolo4j.cli;

import io.yolo4j.cli.ExecutorOptions.Precision;
import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchLibrary;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.StateDict;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which of the two runtimes runs a network. */
final class BackendOption {
  /** Runtimes, by their usual short names. */
  enum Backend {
    /** LibTorch, with our kernels where they are faster. */
    TORCH,
    /** A compiled plan on oneDNN and our kernels. */
    ONEDNN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Backend usual;

  @Option(
      names = "--backend",
      paramLabel = "BACKEND",
      description =
          "What runs the network: ${COMPLETION-CANDIDATES}. onednn compiles it and needs no LibTorch. Default: onednn in detect (torch with --device cuda, --precision fp16 or --own-kernels), torch elsewhere.")
  private @Nullable Backend backend;

  /**
   * Creates the option.
   *
   * @param usual what runs where nothing is asked for
   */
  BackendOption(Backend usual) {
    this.usual = usual;
  }

  /**
   * Checks that the other options fit the runtime, before a model is loaded.
   *
   * @throws CommandException if they contradict each other
   */
  void check(ExecutorOptions options) {
    options.onlyPlans().ifPresent(option -> checkPlan(option, options));
    if (backend == Backend.ONEDNN) {
      options.requirePlan(
          "--backend onednn and %s contradict each other; --backend torch has it"::formatted);
    }
  }

  private void checkPlan(String option, ExecutorOptions options) {
    if (backend == Backend.TORCH) {
      throw notOfTorch(option);
    }
    options.requirePlan(
        other ->
            "%s and %s contradict each other; the first is for compiled plans on the CPU"
                .formatted(option, other));
  }

  /**
   * Creates the executor of a model; the caller closes it.
   *
   * @param filter of what is detected: a plan computes class scores where its lowest confidence
   *     lets the objectness pass
   */
  Executor create(ExecutorOptions options, LoadedModel model, CandidateFilter filter) {
    if (chosen(options) == Backend.TORCH) {
      return options.create(model);
    }
    float least = filter.lowest(model.graph().requireHead().classes());
    return plan(
        model.graph(),
        model.state(),
        options.plan(model).withLeastObjectness(OptionalDouble.of(least)));
  }

  /**
   * Returns what runs networks that are measured.
   *
   * @param folding which batch norms are folded in them; plans fold them all
   */
  NetworkRuntime runtime(ExecutorOptions options, Folding folding) {
    options.requireNoCalibration(
        "times don't depend on it; which convolutions stay in floats stands in the file of a model that yolo4j quantize wrote");
    if (chosen(options) == Backend.TORCH) {
      return new LibTorchRuntime(options.measured(), options.elementType());
    }
    return planned(options.plan(), options.elementType(), folding);
  }

  /**
   * Returns what runs networks that are measured, for commands without executor options; which of
   * the two it is says {@link #isPlan}.
   *
   * @param options of LibTorch, but for its precision
   * @param folding which batch norms are folded in them; plans fold them all
   */
  NetworkRuntime runtime(TorchOptions options, Precision precision, Folding folding) {
    return isPlan(precision)
        ? planned(
            PlanOptions.defaults().withPrecision(precision.ofPlan()),
            precision.elementType(),
            folding)
        : new LibTorchRuntime(options.withPrecision(precision.ofTorch()), precision.elementType());
  }

  /**
   * Returns whether a plan runs a network in a precision, for commands without executor options.
   *
   * @throws CommandException if the runtime that was asked for has no such precision
   */
  boolean isPlan(Precision precision) {
    if (backend == Backend.TORCH && precision == Precision.INT8) {
      throw notOfTorch("--precision " + precision);
    }
    if (backend == Backend.ONEDNN && precision == Precision.FP16) {
      throw notOfPlans("--precision " + precision);
    }
    return precision == Precision.INT8
        || Objects.requireNonNullElse(backend, usual) == Backend.ONEDNN;
  }

  private static NetworkRuntime planned(PlanOptions options, ElementType type, Folding folding) {
    if (folding != Folding.ALL) {
      throw new CommandException(
          ExitCode.USAGE,
          "--backend onednn folds every batch norm, got --fold %s; --backend torch leaves them"
              .formatted(folding));
    }
    return new PlanRuntime(options, type);
  }

  private static CommandException notOfTorch(String option) {
    return new CommandException(
        ExitCode.USAGE, "--backend torch has no %s; --backend onednn has it".formatted(option));
  }

  /** Returns the error of an option that plans can't follow. */
  static CommandException notOfPlans(String option) {
    return new CommandException(
        ExitCode.USAGE,
        "--backend onednn and %s contradict each other; --backend torch has it".formatted(option));
  }

  private record LibTorchRuntime(TorchOptions options, ElementType elementType)
      implements NetworkRuntime {
    @Override
    public MeasurableExecutor create(ProfiledModel model) {
      return TorchExecutor.unfolded(model.graph(), model.state(), options);
    }

    @Override
    public int threads() {
      return TorchLibrary.threads();
    }
  }

  private record PlanRuntime(PlanOptions options, ElementType elementType)
      implements NetworkRuntime {
    @Override
    public MeasurableExecutor create(ProfiledModel model) {
      return plan(model.graph(), model.state(), model.planned(options));
    }

    @Override
    public int threads() {
      return options.threadCount();
    }
  }

  private Backend chosen(ExecutorOptions options) {
    if (backend != null) {
      return backend;
    }
    if (options.onlyPlans().isPresent()) {
      return Backend.ONEDNN;
    }
    return options.onlyLibTorch().isPresent() ? Backend.TORCH : usual;
  }

  private static MeasurableExecutor plan(Graph graph, StateDict state, PlanOptions options) {
    try {
      return PlanExecutor.create(graph, state, options);
    } catch (UnsupportedOperationException e) {
      throw new CommandException(
          ExitCode.FAILED, "--backend onednn: %s (--backend torch)".formatted(e.getMessage()));
    }
  }
}
