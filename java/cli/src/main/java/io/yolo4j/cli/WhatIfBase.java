package io.yolo4j.cli;

import io.yolo4j.cli.BackendOption.Backend;
import io.yolo4j.cli.ExecutorOptions.Precision;
import io.yolo4j.profile.Scenario;
import io.yolo4j.torch.TorchOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what is measured, of which a what-if goes on. */
final class WhatIfBase {
  @Mixin private BackendOption backendOption = new BackendOption(Backend.TORCH);

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "fp32",
      description =
          "What the measurement computes in, for --device here: ${COMPLETION-CANDIDATES}; int8 is --backend onednn's. Default: ${DEFAULT-VALUE}.")
  private Precision precision = Precision.FP32;

  /**
   * Checks that the options fit each other and what is asked for, before a model is loaded.
   *
   * @param here whether this device is asked about, not a GPU
   */
  void check(boolean here, ScenarioFlags flags) {
    boolean plan = isPlan();
    if (!here && precision != Precision.FP32) {
      throw new CommandException(
          ExitCode.USAGE,
          "--precision %s is for --device here, which is measured in it; --dtype says what a GPU computes in"
              .formatted(precision));
    }
    if (plan && !flags.scenario(precision).channelsLast()) {
      throw BackendOption.notOfPlans("--no-channels-last");
    }
    if (here) {
      checkTypes(plan, flags);
    }
  }

  private void checkTypes(boolean plan, ScenarioFlags flags) {
    boolean other = flags.scenario(precision).type() != precision.elementType();
    if (other && plan) {
      throw new CommandException(
          ExitCode.USAGE,
          "--backend onednn computes in fp32, bf16 and int8, which --precision measures; --dtype %s is --backend torch's"
              .formatted(flags.scenario(precision).dtype()));
    }
    if (other && precision != Precision.FP32) {
      throw new CommandException(
          ExitCode.USAGE,
          "--dtype scales what was measured in fp32; got --precision %s beside it, which is measured as it is"
              .formatted(precision));
    }
  }

  /** Returns whether a compiled plan is measured, else LibTorch. */
  boolean isPlan() {
    return backendOption.isPlan(precision);
  }

  Precision precision() {
    return precision;
  }

  /** Returns what is measured, in a word. */
  Backend backend() {
    return isPlan() ? Backend.ONEDNN : Backend.TORCH;
  }

  /** Returns how the networks would run: a plan has activations in its convolutions anyway. */
  Scenario scenario(ScenarioFlags flags) {
    Scenario asked = flags.scenario(precision);
    return isPlan() ? asked.withFusedActivations(true) : asked;
  }

  /**
   * Returns what runs the measurement.
   *
   * @param options of LibTorch, but for precision and layout
   * @param folding which batch norms are folded in the networks
   */
  NetworkRuntime runtime(TorchOptions options, Scenario scenario, Folding folding) {
    TorchOptions.Layout layout =
        scenario.channelsLast()
            ? TorchOptions.Layout.CHANNELS_LAST
            : TorchOptions.Layout.CONTIGUOUS;
    return backendOption.runtime(options.withLayout(layout), precision, folding);
  }
}
