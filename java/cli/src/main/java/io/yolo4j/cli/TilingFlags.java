package io.yolo4j.cli;

import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.detect.TilingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code detect} that cut large pictures into tiles. */
final class TilingFlags {
  private static final double LARGEST_OVERLAP = 0.75;

  @Option(
      names = "--tile",
      paramLabel = "N",
      description =
          "Cut larger pictures into overlapping tiles of this side, in their pixels; objects that a seam cuts are merged.")
  private @Nullable Integer side;

  @Option(
      names = "--tile-overlap",
      paramLabel = "X",
      description = "Least share of a tile that its neighbour shows too, 0 to 0.75. Default: 0.2.")
  private @Nullable Double overlap;

  @Option(
      names = "--tile-merge",
      paramLabel = "X",
      description =
          "Boxes at a seam are merged that share more than this part of the smaller one. Default: 0.5.")
  private @Nullable Double mergeThreshold;

  @Option(
      names = "--tile-whole",
      description = "Look at the whole picture too, for objects larger than a tile.")
  private boolean whole;

  void check() {
    if (side == null) {
      String given =
          overlap != null
              ? "--tile-overlap"
              : mergeThreshold != null ? "--tile-merge" : whole ? "--tile-whole" : "";
      if (!given.isEmpty()) {
        throw new CommandException(ExitCode.USAGE, given + " is for tiles; give --tile N too");
      }
      return;
    }
    OptionChecks.atLeast("--tile", side, 2);
    if (overlap != null && !(overlap >= 0 && overlap <= LARGEST_OVERLAP)) {
      throw new CommandException(
          ExitCode.USAGE, "--tile-overlap must lie in 0 to 0.75, got " + overlap);
    }
    OptionChecks.fraction("--tile-merge", mergeThreshold == null ? 0 : mergeThreshold);
  }

  PredictorOptions over(PredictorOptions options) {
    if (side == null) {
      return options;
    }
    TilingOptions tiles = TilingOptions.of(side).withWhole(whole);
    tiles = overlap == null ? tiles : tiles.withOverlap(overlap);
    return options.withTiling(
        mergeThreshold == null ? tiles : tiles.withMergeThreshold(mergeThreshold));
  }
}
