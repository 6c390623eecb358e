package io.yolo4j.cli;

import io.yolo4j.graph.Graph;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Profiler;
import io.yolo4j.profile.Roofs;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.torch.TorchLibrary;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands that measure networks have in common. */
final class ProfileFlags {
  @Option(
      names = "--nc",
      paramLabel = "N",
      description = "Number of classes of a description, instead of its own.")
  private @Nullable Integer classes;

  @Option(
      names = "--imgsz",
      paramLabel = "N",
      split = ",",
      defaultValue = "640",
      description = "Image side, or height and width, in pixels. Default: ${DEFAULT-VALUE}.")
  private List<Integer> imageSize = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "30",
      description = "Measured runs; figures are their medians. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--raw",
      description = "Leave batch norms as they are; else they are folded into the convolutions.")
  private boolean raw;

  void check() {
    OptionChecks.atLeast("--runs", runs, 3);
    if (classes != null) {
      OptionChecks.atLeast("--nc", classes, 1);
    }
  }

  /** Makes what runs a network. */
  @FunctionalInterface
  interface Executors {
    /** Creates an executor of float32 or the options' precision; the caller closes it. */
    MeasurableExecutor create(Graph graph, StateDict state, boolean folded);
  }

  /** Measures a model. */
  Profile profile(
      ProfiledModel model,
      Executors executors,
      int elementBytes,
      RoofFlags roofFlags,
      Streams streams)
      throws IOException {
    try (MeasurableExecutor executor = executors.create(model.graph(), model.state(), !raw)) {
      int stride = executor.head().maxStride();
      int height = side(imageSize.get(0), stride);
      int width = side(imageSize.get(imageSize.size() - 1), stride);
      Roofs float32 = roofFlags.roofs(TorchLibrary.threads(), streams);
      Roofs roofs = elementBytes == Float.BYTES ? float32 : float32.forType("bf16");
      streams
          .err()
          .printf("yolo4j: measuring %s, %d runs at %dx%d%n", model.name(), runs, height, width);
      streams.err().flush();
      return new Profiler(executor, new Profiler.Options(runs, 5), () -> false)
          .profile(
              new Profiler.Subject(model.name(), model.backboneRows(), height, width, elementBytes),
              roofs);
    }
  }

  ProfiledModel open(String nameOrFile) throws IOException {
    return ProfiledModel.open(nameOrFile, classes);
  }

  private int side(int pixels, int stride) {
    if (pixels < 1 || pixels % stride != 0 || imageSize.size() > 2) {
      throw new CommandException(
          ExitCode.USAGE,
          "--imgsz must be one or two multiples of the largest stride %d, got %s"
              .formatted(stride, imageSize));
    }
    return pixels;
  }
}
