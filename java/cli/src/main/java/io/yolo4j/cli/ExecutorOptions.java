package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.CalibrationFile;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import io.yolo4j.torch.TorchDevice;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say what runs a network. */
final class ExecutorOptions {
  /** Devices, by their usual short names. */
  enum Device {
    CPU(TorchOptions.Device.CPU),
    CUDA(TorchOptions.Device.CUDA);

    private final TorchOptions.Device torch;

    Device(TorchOptions.Device torch) {
      this.torch = torch;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Precisions, by their usual short names. */
  enum Precision {
    FP32(TorchOptions.Precision.FLOAT32),
    BF16(TorchOptions.Precision.BFLOAT16),
    FP16(TorchOptions.Precision.FLOAT16),
    INT8(null);

    /** LibTorch's; it has none for 8-bit integers. */
    private final TorchOptions.@Nullable Precision torch;

    Precision(TorchOptions.@Nullable Precision torch) {
      this.torch = torch;
    }

    /** Returns LibTorch's; only where it isn't {@link #INT8}. */
    TorchOptions.Precision ofTorch() {
      return Objects.requireNonNull(torch);
    }

    /** Returns a plan's; only where it isn't {@link #FP16}. */
    PlanPrecision ofPlan() {
      return switch (this) {
        case BF16 -> PlanPrecision.BFLOAT16;
        case INT8 -> PlanPrecision.INT8;
        case FP32, FP16 -> PlanPrecision.FLOAT32;
      };
    }

    /** Returns the type of weights and feature maps. */
    ElementType elementType() {
      return switch (this) {
        case FP32 -> ElementType.F32;
        case BF16 -> ElementType.BF16;
        case FP16 -> ElementType.F16;
        case INT8 -> ElementType.U8;
      };
    }

    /** Warns where the CPU has no instructions for it. */
    void warnIfSlow(PrintWriter log) {
      if (!isFast()) {
        log.printf(
            "yolo4j: --precision %s: this CPU has no %s instructions, expect it to be slower than fp32%n",
            this, ofTorch().name().toLowerCase(Locale.ROOT));
      }
    }

    /**
     * Where our own library is missing, nobody knows; then there is nothing to warn of. Nor of
     * bytes: plans refuse them where the CPU lacks the instructions.
     */
    private boolean isFast() {
      try {
        return this == INT8 || NativeLibrary.load().cpu().multiplies(elementType());
      } catch (NativeException | UnsupportedOperationException e) {
        return true;
      }
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "Where the network runs: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Device device = Device.CPU;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "fp32",
      description =
          "What it computes in: ${COMPLETION-CANDIDATES}; int8 is --backend onednn's and needs ranges, see quantize. Default: ${DEFAULT-VALUE}.")
  private Precision precision = Precision.FP32;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "What yolo4j quantize wrote for this very model, for --precision int8; another network's is refused, the same network's with other weights is not. Default: the one in the model's file.")
  private @Nullable Path calibration;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads of its operations; 0: as many as --cpus, without them the runtime's default. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--cpus",
      paramLabel = "LIST",
      converter = ProcessorList.class,
      description =
          "Logical processors that a compiled plan keeps to, as 0-3,6: --backend onednn's, on Linux. Default: all.")
  private @Nullable ProcessorList cpus;

  @Option(
      names = "--own-kernels",
      negatable = true,
      description =
          "Run yolo4j's kernels where they are faster; --no-own-kernels runs LibTorch's operations alone. Default: on.")
  private @Nullable Boolean ownKernels;

  @Option(
      names = "--channels-last",
      negatable = true,
      description =
          "Lay feature maps out channels last; --no-channels-last: channels first, as PyTorch does by itself. Default: on.")
  private @Nullable Boolean channelsLast;

  /**
   * Checks the values and the device, before a model is loaded; warns once where the CPU has no
   * instructions for the precision.
   */
  void check() {
    OptionChecks.atLeast("--threads", threads, 0);
    if (calibration != null && precision != Precision.INT8) {
      throw new CommandException(
          ExitCode.USAGE, "--calibration is for --precision int8, got --precision " + precision);
    }
    if (cpus != null && threads > cpus.numbers().size()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--threads must be at most the number of --cpus, got %d for %s"
              .formatted(threads, cpus.numbers()));
    }
    if (device == Device.CUDA) {
      TorchDevice.require(TorchOptions.Device.CUDA);
    }
    if (device == Device.CPU) {
      precision.warnIfSlow(spec.commandLine().getErr());
    }
  }

  /**
   * Refuses a file of ranges.
   *
   * @param why it isn't needed
   */
  void requireNoCalibration(String why) {
    if (calibration != null) {
      throw new CommandException(ExitCode.USAGE, "--calibration is not for this command: " + why);
    }
  }

  /** Returns whether a GPU runs the network. */
  boolean isOnGpu() {
    return device != Device.CPU;
  }

  /** Refuses a GPU: the classes of operations are calibrated under measured roofs. */
  void requireCpu() {
    if (device != Device.CPU) {
      throw new CommandException(
          ExitCode.USAGE,
          "--device %s: classes of operations are calibrated on the CPU only; profile --device cuda measures the steps, profile what-if models GPUs"
              .formatted(device));
    }
  }

  /** Creates the executor of a model; the caller closes it. */
  Executor create(LoadedModel model) {
    return TorchExecutor.create(model.graph(), model.state(), over(TorchOptions.defaults()));
  }

  /** Returns the options of LibTorch where steps are measured. */
  TorchOptions measured() {
    return over(TorchOptions.defaults());
  }

  /**
   * Returns the options of a compiled plan of a model, with the ranges of its file if bytes are
   * asked for without a calibration of their own.
   *
   * @throws CommandException if there are none
   */
  PlanOptions plan(LoadedModel model) {
    PlanOptions planned = model.planned(plan());
    if (planned.precision() != PlanPrecision.INT8) {
      return planned;
    }
    Calibration ranges = planned.calibration();
    if (ranges == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "--precision int8 needs the ranges of the model's feature maps: --calibration, or a model with them; yolo4j quantize makes either");
    }
    spec.commandLine().getErr().println(loss(ranges));
    return planned;
  }

  private static String loss(Calibration ranges) {
    return ranges.loss().isPresent()
        ? String.format(
            Locale.ROOT,
            "yolo4j: int8: %.4f of mAP50-95 lost against fp32, by yolo4j quantize",
            ranges.loss().getAsDouble())
        : "yolo4j: int8: what it loses against fp32 was not measured; yolo4j quantize --data does";
  }

  /** Returns the options of a compiled plan; only where {@link #onlyLibTorch()} is empty. */
  PlanOptions plan() {
    PlanOptions options =
        PlanOptions.defaults()
            .withThreads(threads)
            .withCpus(cpus == null ? List.of() : cpus.numbers());
    if (calibration == null) {
      return options.withPrecision(precision.ofPlan());
    }
    try {
      return options.withInt8(CalibrationFile.read(calibration));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "--calibration %s: %s".formatted(calibration, ErrorText.of(e)), e);
    }
  }

  /**
   * Refuses what LibTorch alone can follow, where a plan is asked for.
   *
   * @param message of the option that was given
   */
  void requirePlan(UnaryOperator<String> message) {
    onlyLibTorch()
        .ifPresent(
            option -> {
              throw new CommandException(ExitCode.USAGE, message.apply(option));
            });
  }

  /** Returns the first option given that compiled plans alone can follow, for messages. */
  Optional<String> onlyPlans() {
    if (precision == Precision.INT8) {
      return Optional.of("--precision int8");
    }
    return cpus == null ? Optional.empty() : Optional.of("--cpus");
  }

  /** Returns the first option given that LibTorch alone can follow, for messages. */
  Optional<String> onlyLibTorch() {
    if (device != Device.CPU) {
      return Optional.of("--device " + device);
    }
    if (precision == Precision.FP16) {
      return Optional.of("--precision " + precision);
    }
    if (Boolean.FALSE.equals(channelsLast)) {
      return Optional.of("--no-channels-last");
    }
    return ownKernels == null
        ? Optional.empty()
        : Optional.of(ownKernels ? "--own-kernels" : "--no-own-kernels");
  }

  /** Returns the type of weights and feature maps in the chosen precision. */
  ElementType elementType() {
    return precision.elementType();
  }

  /**
   * Returns options with the precision, threads, layout and kernels that were asked for; others
   * stay.
   */
  TorchOptions over(TorchOptions options) {
    TorchOptions.Precision ofTorch = precision.torch;
    if (ofTorch == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "--precision int8 runs trained models, in detect and val; train in fp32 or bf16, then yolo4j quantize");
    }
    if (cpus != null) {
      throw new CommandException(
          ExitCode.USAGE, "--cpus is for compiled plans, --backend onednn; LibTorch runs anywhere");
    }
    TorchOptions changed = given("--device") ? options.withDevice(device.torch) : options;
    changed = given("--precision") ? changed.withPrecision(ofTorch) : changed;
    changed = given("--threads") ? changed.withThreads(threads) : changed;
    if (channelsLast != null) {
      changed =
          changed.withLayout(
              channelsLast ? TorchOptions.Layout.CHANNELS_LAST : TorchOptions.Layout.CONTIGUOUS);
    }
    return ownKernels == null ? changed : changed.withOwnKernels(ownKernels);
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }
}
