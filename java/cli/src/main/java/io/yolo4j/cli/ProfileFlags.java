package io.yolo4j.cli;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Profiler;
import io.yolo4j.profile.Roofs;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.MeasurableExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
      names = "--fold",
      paramLabel = "WHICH",
      description =
          "Batch norms that are folded into convolutions: ${COMPLETION-CANDIDATES}; yolov5 folds those of its own Conv and DWConv, as the reference does. Default: all.")
  private @Nullable Folding fold;

  @Option(names = "--raw", description = "The same as --fold none.")
  private boolean raw;

  @Option(
      names = "--fold-bn",
      negatable = true,
      description = "The same as --fold all; --no-fold-bn: as --fold none.")
  private @Nullable Boolean foldNorms;

  private boolean counters;

  void check() {
    OptionChecks.atLeast("--runs", runs, 3);
    if (classes != null) {
      OptionChecks.atLeast("--nc", classes, 1);
    }
    if (raw && fold != null && fold != Folding.NONE) {
      throw new CommandException(
          ExitCode.USAGE, "--raw is --fold none; got --fold %s beside it".formatted(fold));
    }
    if (foldNorms != null) {
      checkFoldNorms(foldNorms);
    }
  }

  private void checkFoldNorms(boolean all) {
    String option = all ? "--fold-bn" : "--no-fold-bn";
    Folding meant = all ? Folding.ALL : Folding.NONE;
    if (raw && all) {
      throw new CommandException(
          ExitCode.USAGE, "--fold-bn is --fold all; got --raw, --fold none, beside it");
    }
    if (fold != null && fold != meant) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s is --fold %s; got --fold %s beside it".formatted(option, meant, fold));
    }
  }

  /** Returns which batch norms are folded. */
  Folding folding() {
    return raw || Boolean.FALSE.equals(foldNorms)
        ? Folding.NONE
        : Objects.requireNonNullElse(fold, Folding.ALL);
  }

  /** Measures a model. */
  Profile profile(ProfiledModel model, NetworkRuntime runtime, RoofSource source, Streams streams)
      throws IOException {
    return profiles(List.of(model), runtime, source, streams).get(0);
  }

  /** Reads the CPU's counters around each step too, in some runs more. */
  void countSteps() {
    counters = true;
  }

  /** Measures models in turns, after folding what is to be folded. */
  List<Profile> profiles(
      List<ProfiledModel> models, NetworkRuntime runtime, RoofSource source, Streams streams)
      throws IOException {
    List<Profiler.Entrant> entrants = new ArrayList<>();
    try {
      for (ProfiledModel model : models) {
        ProfiledModel folded = model.folded(folding());
        MeasurableExecutor executor = runtime.create(folded);
        entrants.add(
            new Profiler.Entrant(executor, subject(folded, executor, runtime.elementType())));
      }
      return profiles(entrants, source.roofs(runtime.threads(), streams), streams);
    } finally {
      entrants.forEach(entrant -> entrant.executor().close());
    }
  }

  /** Measures a model, folded already, on an executor that stays the caller's. */
  Profile profile(
      ProfiledModel model,
      MeasurableExecutor executor,
      ElementType type,
      Roofs roofs,
      Streams streams) {
    Profiler.Entrant entrant = new Profiler.Entrant(executor, subject(model, executor, type));
    return profiles(List.of(entrant), roofs, streams).get(0);
  }

  private List<Profile> profiles(List<Profiler.Entrant> entrants, Roofs roofs, Streams streams) {
    entrants.forEach(entrant -> tell(entrant.subject(), streams));
    List<Profile> profiles =
        Profiler.inTurns(
            entrants,
            new Profiler.Options(runs, Profiler.Options.defaults().warmup()).withCounters(counters),
            roofs,
            () -> false);
    profiles.forEach(profile -> warn(profile, streams));
    return profiles;
  }

  /** Returns the network of a model as it is measured: folded, a picture's size. */
  Graph measured(ProfiledModel model) {
    Graph graph = model.folded(folding()).graph();
    int stride = graph.head().orElseThrow().maxStride();
    return graph.withInputs(
        Shape.of(1, ImageBatch.CHANNELS, imageSize.height(stride), imageSize.width(stride)));
  }

  private Profiler.Subject subject(
      ProfiledModel model, MeasurableExecutor executor, ElementType type) {
    int stride = executor.head().maxStride();
    return new Profiler.Subject(
        model.name(),
        model.backboneRows(),
        imageSize.height(stride),
        imageSize.width(stride),
        type);
  }

  private void tell(Profiler.Subject subject, Streams streams) {
    streams
        .err()
        .printf(
            "yolo4j: measuring %s, %d runs at %dx%d%n",
            subject.model(), runs, subject.height(), subject.width());
    streams.err().flush();
  }

  private static void warn(Profile profile, Streams streams) {
    profile
        .disturbance()
        .ifPresent(
            text -> streams.err().printf("yolo4j: warning: %s: %s%n", profile.model(), text));
    streams.err().flush();
  }

  ProfiledModel open(String nameOrFile) throws IOException {
    return ProfiledModel.open(nameOrFile, classes);
  }
}
