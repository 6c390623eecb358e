package io.yolo4j.cli;

import io.yolo4j.lighten.PruneOptions;
import io.yolo4j.lighten.Pruning;
import io.yolo4j.lighten.Slimming;
import io.yolo4j.lighten.Weighing;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j prune}. */
@Command(
    name = "prune",
    description = "Leave channels out of a trained model and train it further.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "A channel goes where the scales of all its batch norms are small. With --sparse-epochs a",
      "training comes first that pulls them to zero. The results: pruned.safetensors, the run",
      "tuned/ with the model that was trained further, lightening.json and lightening.html."
    })
final class PruneCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();
  @Mixin private LightenFlags lighten = new LightenFlags();

  @Option(
      names = "--cut-flops",
      paramLabel = "X",
      description = "Leave out at least this share of the operations, for example 0.3.")
  private double cutFlops;

  @Option(
      names = "--cut-channels",
      paramLabel = "X",
      description = "Leave out this share of the channels instead, before rounding to --multiple.")
  private double cutChannels;

  @Option(
      names = "--min-channels",
      paramLabel = "N",
      defaultValue = "" + PruneOptions.BLOCK,
      description = "Channels that each convolution keeps at least. Default: ${DEFAULT-VALUE}.")
  private int minimum;

  @Option(
      names = "--multiple",
      paramLabel = "N",
      defaultValue = "" + PruneOptions.BLOCK,
      description =
          "Keep channels in multiples of N; 8 is the block that oneDNN stores. Default: ${DEFAULT-VALUE}.")
  private int multiple;

  @Option(
      names = "--sparse-epochs",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Train so many epochs with --sparsity before pruning. Default: ${DEFAULT-VALUE}, none.")
  private int sparseEpochs;

  @Option(names = "--no-tuning", description = "Don't train the pruned model further.")
  private boolean withoutTuning;

  @Override
  public Integer call() throws IOException {
    TrainOptions training = lighten.training("prune", executorOptions, output);
    Slimming slimming = new Slimming(options(training));
    Path weights = Objects.requireNonNull(training.weights());
    if (!LightenFlags.fits(weights, training)) {
      throw new CommandException(
          ExitCode.USAGE, weights + ": it must have as many classes as the data set");
    }
    warnOfSize(weights, training.imageSize());
    Optional<Slimming.Result> result;
    try (Interruption interruption = Interruption.calls(slimming::cancel, output.err())) {
      result = slimming.run(options -> lighten.listener(options, output));
    }
    if (result.isEmpty()) {
      return ExitCode.FAILED;
    }
    Pruning pruning = result.get().pruning();
    output
        .err()
        .printf(
            "yolo4j: %d of %d channels stay, %d convolutions became narrower%n",
            pruning.channelsAfter(), pruning.channelsBefore(), pruning.layers().size());
    lighten.report(
        "Pruning",
        training,
        subjects(training, result.get()),
        facts(pruning),
        executorOptions,
        output);
    return ExitCode.DONE;
  }

  /** Channels that matter at one size are others than at another. */
  private void warnOfSize(Path weights, int imageSize) throws IOException {
    OptionalInt own;
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      own = checkpoint.info().imageSize();
    }
    if (own.orElse(imageSize) != imageSize) {
      output
          .err()
          .printf(
              "yolo4j: warning: the model was trained at %d pixels, --imgsz is %d%n",
              own.getAsInt(), imageSize);
    }
  }

  private Slimming.Options options(TrainOptions training) {
    try {
      PruneOptions pruning =
          new PruneOptions(cutChannels, cutFlops, training.imageSize(), minimum, multiple);
      return new Slimming.Options(training, sparseEpochs, !withoutTuning, pruning);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private static List<Weighing.Subject> subjects(TrainOptions training, Slimming.Result result) {
    Path original = Objects.requireNonNull(training.weights());
    List<Weighing.Subject> subjects = new ArrayList<>();
    subjects.add(new Weighing.Subject("original", original));
    subjects.add(new Weighing.Subject("pruned", result.pruned()));
    result.tuned().ifPresent(file -> subjects.add(new Weighing.Subject("tuned", file)));
    return subjects;
  }

  private static Map<String, Object> facts(Pruning pruning) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("threshold", pruning.threshold());
    facts.put("channels_before", pruning.channelsBefore());
    facts.put("channels_after", pruning.channelsAfter());
    Map<String, Object> widths = new LinkedHashMap<>();
    pruning
        .layers()
        .forEach(layer -> widths.put(layer.path(), List.of(layer.before(), layer.after())));
    facts.put("layers", widths);
    return facts;
  }
}
