package io.yolo4j.cli;

import io.yolo4j.runtime.Executor;
import io.yolo4j.torch.TorchExecutor;
import io.yolo4j.torch.TorchOptions;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options that say what runs a network. */
final class ExecutorOptions {
  /** Devices. */
  enum Device {
    CPU,
    CUDA
  }

  /** Precisions, by their usual short names. */
  enum Precision {
    FP32(TorchOptions.Precision.FLOAT32),
    BF16(TorchOptions.Precision.BFLOAT16);

    private final TorchOptions.Precision torch;

    Precision(TorchOptions.Precision torch) {
      this.torch = torch;
    }
  }

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
      description = "What it computes in: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Precision precision = Precision.FP32;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads of its operations; 0 leaves LibTorch's default. Default: ${DEFAULT-VALUE}.")
  private int threads;

  /** Creates the executor of a model; the caller closes it. */
  Executor create(LoadedModel model) {
    if (device == Device.CUDA) {
      throw new UnsupportedOperationException(
          "device %s: this build of LibTorch runs on the CPU only; leave --device out"
              .formatted(device.name().toLowerCase(Locale.ROOT)));
    }
    TorchOptions options =
        TorchOptions.defaults().withPrecision(precision.torch).withThreads(threads);
    return TorchExecutor.create(model.graph(), model.state(), options);
  }
}
