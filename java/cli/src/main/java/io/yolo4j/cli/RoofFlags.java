package io.yolo4j.cli;

import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.profile.DisturbedException;
import io.yolo4j.profile.RoofCache;
import io.yolo4j.profile.RoofMeasurement;
import io.yolo4j.profile.Roofs;
import io.yolo4j.report.Numbers;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether roofs are measured anew, and on a machine that isn't quiet. */
final class RoofFlags implements RoofSource {
  @Option(
      names = "--remeasure",
      description =
          "Measure this processor's roofs anew. Else they are kept in YOLO4J_CACHE, by default ~/.cache/yolo4j.")
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

  /** Returns the roofs of so many threads: kept ones, or measured now and kept. */
  @Override
  public Roofs roofs(int threads, Streams streams) throws IOException {
    NativeLibrary library = NativeLibrary.load();
    Optional<RoofCache> cache =
        CacheOptions.defaultFolder(streams.environment()).map(RoofCache::new);
    Optional<Roofs> kept =
        anew
            ? Optional.empty()
            : cache.flatMap(c -> c.find(library.cpu().cpu(), library.isa().nativeName(), threads));
    if (kept.isPresent()) {
      warn(kept.get(), streams);
      return kept.get();
    }
    streams
        .err()
        .printf("yolo4j: measuring the roofs of %s, some seconds%n", ProfileText.threads(threads));
    streams.err().flush();
    Roofs roofs = measured(threads);
    warn(roofs, streams);
    if (cache.isPresent() && !force) {
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

  private Roofs measured(int threads) {
    try {
      return RoofMeasurement.measure(threads, force);
    } catch (DisturbedException e) {
      throw new CommandException(
          ExitCode.FAILED, e.getMessage() + "; --force believes it all the same");
    }
  }
}
