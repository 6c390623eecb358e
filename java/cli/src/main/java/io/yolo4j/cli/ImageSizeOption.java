package io.yolo4j.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The size of a picture that a network is counted or measured at. */
final class ImageSizeOption {
  @Option(
      names = "--imgsz",
      paramLabel = "N",
      split = ",",
      defaultValue = "640",
      description = "Image side, or height and width, in pixels. Default: ${DEFAULT-VALUE}.")
  private List<Integer> imageSize = List.of();

  /** Returns the height, which must be a multiple of a network's largest stride. */
  int height(int stride) {
    return checked(imageSize.get(0), stride);
  }

  /** Returns the width, which must be a multiple of a network's largest stride. */
  int width(int stride) {
    return checked(imageSize.get(imageSize.size() - 1), stride);
  }

  private int checked(int pixels, int stride) {
    if (pixels < 1 || pixels % stride != 0 || imageSize.size() > 2) {
      throw new CommandException(
          ExitCode.USAGE,
          "--imgsz must be one or two multiples of the largest stride %d, got %s"
              .formatted(
                  stride,
                  imageSize.stream().map(String::valueOf).collect(Collectors.joining(","))));
    }
    return pixels;
  }
}
