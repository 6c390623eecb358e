package io.yolo4j.cli;

import io.yolo4j.kernels.GpuRoofKernels;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.NativeStatus;
import io.yolo4j.profile.DisturbedException;
import io.yolo4j.profile.GpuRoofMeasurement;
import io.yolo4j.profile.RoofCache;
import io.yolo4j.profile.RoofMeasurement;
import io.yolo4j.profile.Roofs;
import io.yolo4j.report.Numbers;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether roofs are measured anew, and on a machine that isn't quiet. */
final class RoofFlags implements RoofSource {
  @Option(
      names = "--remeasure",
      description =
          "Measure the roofs anew, this processor's or with --device cuda the GPU's. Else they are kept in YOLO4J_CACHE, by default ~/.cache/yolo4j.")
  private boolean anew;

  @Option(
      names = "--force",
      description = "Believe roofs that were measured on a disturbed machine, and don't keep them.")
  private boolean force;

  /** Refuses the options where a GPU's roofs are looked up. */
  void requireNone(String why) {
    if (anew || force) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s is for measured roofs; %s".formatted(anew ? "--remeasure" : "--force", why));
    }
  }

  /** The GPU that networks run on. */
  private static final int GPU = 0;

  /**
   * What roofs are kept by.
   *
   * @param instructions the instruction set, or the CUDA of a GPU's driver
   */
  private record Key(String device, String instructions, int threads) {}

  /** Returns the roofs of so many threads: kept ones, or measured now and kept. */
  @Override
  public Roofs roofs(int threads, Streams streams) throws IOException {
    NativeLibrary library = NativeLibrary.load();
    return roofs(
        new Key(library.cpu().cpu(), library.isa().nativeName(), threads),
        ProfileText.threads(threads),
        () -> RoofMeasurement.measure(threads, force),
        streams);
  }

  /**
   * Returns the roofs of this machine's GPU: kept ones, or measured now and kept.
   *
   * @throws CommandException if there is none
   */
  Roofs gpuRoofs(Streams streams) throws IOException {
    return roofs(gpuKey(), "the GPU", () -> GpuRoofMeasurement.measure(GPU, force), streams);
  }

  private static Key gpuKey() {
    try {
      return new Key(GpuRoofKernels.name(GPU), GpuRoofMeasurement.instructions(), 1);
    } catch (NativeException e) {
      throw new CommandException(
          e.status() == NativeStatus.UNSUPPORTED ? ExitCode.MISSING : ExitCode.FAILED,
          "--device cuda: a GPU's roofs are measured on it: %s. --spec NAME takes those of the table that profile roofs --list shows"
              .formatted(e.reason()));
    }
  }

  private Roofs roofs(Key key, String what, Supplier<Roofs> measurement, Streams streams)
      throws IOException {
    Optional<RoofCache> cache =
        CacheOptions.defaultFolder(streams.environment()).map(RoofCache::new);
    Optional<Roofs> kept =
        anew
            ? Optional.empty()
            : cache.flatMap(c -> c.find(key.device(), key.instructions(), key.threads()));
    if (kept.isPresent()) {
      warn(kept.get(), streams);
      return kept.get();
    }
    streams.err().printf("yolo4j: measuring the roofs of %s, some seconds%n", what);
    streams.err().flush();
    Roofs roofs = measured(measurement);
    warn(roofs, streams);
    boolean disturbed = roofs.spread() > RoofMeasurement.MOST_SPREAD;
    if (cache.isPresent() && !disturbed) {
      cache.get().keep(roofs);
    }
    return roofs;
  }

  private static void warn(Roofs roofs, Streams streams) {
    roofs
        .unsettled()
        .forEach(
            level ->
                streams
                    .err()
                    .printf(
                        "yolo4j: warning: the bandwidth of %s is not found again within %s (%s): others use it%n",
                        level.name(),
                        Numbers.percent(RoofMeasurement.MOST_SPREAD),
                        Numbers.percent(level.spread())));
  }

  private static Roofs measured(Supplier<Roofs> measurement) {
    try {
      return measurement.get();
    } catch (DisturbedException e) {
      throw new CommandException(
          ExitCode.FAILED, e.getMessage() + "; --force believes it all the same");
    }
  }
}
