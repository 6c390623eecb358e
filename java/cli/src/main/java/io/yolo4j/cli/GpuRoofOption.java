package io.yolo4j.cli;

import io.yolo4j.profile.DeviceTable;
import io.yolo4j.profile.Roofs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a GPU's roofs, which are specified, not measured. */
final class GpuRoofOption {
  @Option(
      names = "--spec",
      paramLabel = "NAME",
      description =
          "With --device cuda: the GPU's row in the table that profile roofs --list shows. Its roofs are specified; steps are timed by CUDA events.")
  private @Nullable String spec;

  /**
   * Returns where roofs come from: this processor is measured, a GPU looked up.
   *
   * @param onGpu whether a GPU runs the network
   * @throws CommandException if the option is missing, is not for this device, or names nothing
   */
  RoofSource source(boolean onGpu, RoofFlags measured) {
    if (!onGpu) {
      if (spec != null) {
        throw new CommandException(
            ExitCode.USAGE, "--spec goes with --device cuda; a processor's roofs are measured");
      }
      return measured;
    }
    if (spec == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "--device cuda: a GPU's roofs are not measured; --spec NAME takes them from the table that profile roofs --list shows");
    }
    measured.requireNone("those of --device cuda are specified");
    Roofs roofs = ProfileRoofsCommand.named(DeviceTable.load(), "--spec", spec).roofs();
    return (threads, streams) -> {
      streams
          .err()
          .printf(
              "yolo4j: the roofs are the specified ones of %s; times are those of CUDA events%n",
              roofs.device());
      streams.err().flush();
      return roofs;
    };
  }
}
