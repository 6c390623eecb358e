package io.yolo4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j demo}: other commands, one after the other, each shown before it runs. */
@Command(
    name = "demo",
    description = {
      "From nothing to detections: make a synthetic steel-surface data set, train a small model on",
      "it from random weights, measure it, detect. Every command is shown before it runs."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DemoCommand implements Callable<Integer> {
  private static final int DETECTED = 8;

  /** How much is made and trained. */
  private enum Extent {
    FULL(1000, 128, 32),
    QUICK(100, 64, 10);

    private final int pictures;
    private final int imageSize;
    private final int epochs;

    Extent(int pictures, int imageSize, int epochs) {
      this.pictures = pictures;
      this.imageSize = imageSize;
      this.epochs = epochs;
    }
  }

  @Mixin private Output output = new Output();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder of everything that is made, new or empty. Default: the next free of runs/demo, demo2 …")
  private @Nullable Path out;

  @Option(
      names = "--quick",
      description = "A few seconds instead of some minutes, which is too short to learn much.")
  private boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Another seed gives other pictures and start values. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Path folder = out == null ? RunFolders.next(Path.of("runs"), "demo") : out;
    Extent extent = quick ? Extent.QUICK : Extent.FULL;
    String size = String.valueOf(extent.imageSize);
    String data = folder.resolve("steel/data.yaml").toString();
    String best = folder.resolve("train/weights/best.safetensors").toString();
    boolean trained =
        runs(
                "data",
                "synth",
                "--out",
                folder.resolve("steel").toString(),
                "--images",
                String.valueOf(extent.pictures),
                "--val-share",
                "0.1",
                "--seed",
                String.valueOf(seed))
            && runs(training(extent, folder, data))
            && runs("val", "--weights", best, "--data", data, "--imgsz", size, "--batch", "32");
    if (!trained) {
      return ExitCode.FAILED;
    }
    Path shown = someValidationPictures(folder);
    boolean detected =
        runs(
            "detect",
            "--weights",
            best,
            "--source",
            shown.toString(),
            "--imgsz",
            size,
            "--save-dir",
            folder.resolve("detect").toString());
    output
        .out()
        .printf(
            "%nOpen %s: curves, pictures, what the model takes for what.%nDetections are drawn in %s.%n",
            folder.resolve("train/report.html"), folder.resolve("detect"));
    return detected ? ExitCode.DONE : ExitCode.FAILED;
  }

  /**
   * The run has few batches, so it takes an optimizer step with each, a short warm-up, an optimizer
   * that is fast at the start, and pictures near to those it is measured on: no mosaics, which
   * would halve the defects of pictures that are small already.
   */
  private String[] training(Extent extent, Path folder, String data) {
    return new String[] {
      "train",
      "--data",
      data,
      "--model",
      "yolov5n",
      "--imgsz",
      String.valueOf(extent.imageSize),
      "--epochs",
      String.valueOf(extent.epochs),
      "--batch",
      "16",
      "--nominal-batch",
      "16",
      "--warmup-floor",
      "0",
      "--optimizer",
      "ADAMW",
      "--set",
      "lr0=0.002",
      "--set",
      "mosaic=0",
      "--set",
      "scale=0.2",
      "--set",
      "flipud=0.5",
      "--seed",
      String.valueOf(seed),
      "--out",
      folder.resolve("train").toString()
    };
  }

  private boolean runs(String... arguments) {
    output.out().println();
    output.out().println("$ yolo4j " + String.join(" ", arguments));
    output.out().flush();
    return Main.run(output.out(), output.err(), output.environment(), arguments) == ExitCode.DONE;
  }

  /** Copies of the first validation pictures, in a folder of their own. */
  private static Path someValidationPictures(Path folder) throws IOException {
    Path shown = Files.createDirectories(folder.resolve("pictures"));
    List<Path> pictures = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("steel/images/val"))) {
      files.sorted().limit(DETECTED).forEach(pictures::add);
    }
    for (Path picture : pictures) {
      Files.copy(picture, shown.resolve(picture.getFileName()));
    }
    return shown;
  }
}
