package io.yolo4j.cli;

import io.yolo4j.synth.SteelDataset;
import io.yolo4j.synth.SteelSurface;
import io.yolo4j.synth.SynthOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data synth}. */
@Command(
    name = "synth",
    description = {
      "Make a synthetic steel-surface data set.",
      "Six kinds of defects on brushed sheets, with exact boxes; equal seeds give equal pictures."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataSynthCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write; it must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "Number of pictures, training and validation together. Default: ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "200",
      description = "Side of a picture in pixels, 64 to 4096. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another seed gives other pictures. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--clean-share",
      paramLabel = "X",
      defaultValue = "0.1",
      description = "Share of pictures without a defect, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double cleanShare;

  @Option(
      names = "--val-share",
      paramLabel = "X",
      defaultValue = "0.2",
      description =
          "Share of pictures for validation, over 0 and under 1. Default: ${DEFAULT-VALUE}.")
  private double valShare;

  @Override
  public Integer call() throws IOException {
    SynthOptions options = options();
    Path file;
    try (Progress progress = Progress.of(output, "pictures", images)) {
      file = SteelDataset.write(out, options, (done, total) -> progress.to(done));
    }
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("data", file.toString());
      json.put("train", options.trainPictures());
      json.put("val", options.valPictures());
      output.printJson(json);
    } else {
      output
          .out()
          .printf(
              "%s: %d pictures for training, %d for validation%n",
              file, options.trainPictures(), options.valPictures());
    }
    return ExitCode.DONE;
  }

  private SynthOptions options() {
    OptionChecks.atLeast("--images", images, 2);
    OptionChecks.within("--size", size, SteelSurface.LEAST_SIDE, SteelSurface.MOST_SIDE);
    OptionChecks.fraction("--clean-share", cleanShare);
    if (!(valShare > 0 && valShare < 1)) {
      throw new CommandException(
          ExitCode.USAGE, "--val-share must be over 0 and under 1, got " + valShare);
    }
    return new SynthOptions(images, size, seed, cleanShare, valShare);
  }
}
