package io.yolo4j.cli;

import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Profiler;
import io.yolo4j.profile.Roofs;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.torch.TorchLibrary;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that measure networks have in common. */
final class ProfileFlags {
  @Option(
      names = "--nc",
      paramLabel = "N",
      description = "Number of classes of a description, instead of its own.")
  private @Nullable Integer classes;

  @Mixin private ImageSizeOption imageSize = new ImageSizeOption();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Measured runs; figures are their medians. Default: ${DEFAULT-VALUE}.")
  private int runs = Profiler.Options.defaults().runs();

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
      ElementType type,
      RoofFlags roofFlags,
      Streams streams)
      throws IOException {
    try (MeasurableExecutor executor = executors.create(model.graph(), model.state(), !raw)) {
      int stride = executor.head().maxStride();
      int height = imageSize.height(stride);
      int width = imageSize.width(stride);
      Roofs roofs = roofFlags.roofs(TorchLibrary.threads(), streams);
      streams
          .err()
          .printf("yolo4j: measuring %s, %d runs at %dx%d%n", model.name(), runs, height, width);
      streams.err().flush();
      return new Profiler(
              executor,
              new Profiler.Options(runs, Profiler.Options.defaults().warmup()),
              () -> false)
          .profile(
              new Profiler.Subject(model.name(), model.backboneRows(), height, width, type), roofs);
    }
  }

  ProfiledModel open(String nameOrFile) throws IOException {
    return ProfiledModel.open(nameOrFile, classes);
  }
}
