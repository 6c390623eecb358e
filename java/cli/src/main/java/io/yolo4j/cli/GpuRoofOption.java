package io.yolo4j.cli;

import io.yolo4j.profile.DeviceTable;
import io.yolo4j.profile.Roofs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a GPU's roofs come from: measured on it, or specified. */
final class GpuRoofOption {
  @Option(
      names = "--spec",
      paramLabel = "NAME",
      description =
          "With --device cuda: the GPU's row in the table that profile roofs --list shows; its roofs are specified. Without it they are measured, and kept as this processor's are. Steps are timed by CUDA events.")
  private @Nullable String spec;

  @Option(
      names = "--clock",
      paramLabel = "GHZ",
      description = "With --spec: the GPU's clock, instead of its boost clock.")
  private @Nullable Double clock;

  /**
   * Returns where roofs come from: a processor is measured, a GPU too or looked up.
   *
   * @param onGpu whether a GPU runs the network
   * @throws CommandException if the option is missing, is not for this device, or names nothing
   */
  RoofSource source(boolean onGpu, RoofFlags measured) {
    checkClock();
    if (!onGpu) {
      if (spec != null) {
        throw new CommandException(
            ExitCode.USAGE, "--spec goes with --device cuda; a processor's roofs are measured");
      }
      return measured;
    }
    if (spec == null) {
      return (threads, streams) -> told(measured.gpuRoofs(streams), "measured", streams);
    }
    measured.requireNone("those of --spec are specified");
    DeviceTable.Device device = ProfileRoofsCommand.named(DeviceTable.load(), "--spec", spec);
    Roofs roofs = clock == null ? device.roofs() : device.roofs(1000 * clock);
    return (threads, streams) -> told(roofs, "specified", streams);
  }

  private void checkClock() {
    if (clock != null && (spec == null || !(clock > 0 && clock < 10))) {
      throw new CommandException(
          ExitCode.USAGE, "--clock must lie in 0 to 10 GHz and go with --spec, got " + clock);
    }
  }

  private static Roofs told(Roofs roofs, String how, Streams streams) {
    streams
        .err()
        .printf(
            "yolo4j: the roofs are the %s ones of %s; times are those of CUDA events%n",
            how, roofs.device());
    streams.err().flush();
    return roofs;
  }
}
