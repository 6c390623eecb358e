package io.yolo4j.cli;

import io.yolo4j.lighten.Weighing;
import io.yolo4j.train.Distillation;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.Trainer;
import io.yolo4j.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j distill}. */
@Command(
    name = "distill",
    description = "Train a small model on labels and on what a larger one says.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "The student is --model, or the model in --weights; it has the teacher's classes, strides",
      "and anchors. The results are those of train, and lightening.json and lightening.html."
    })
final class DistillCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();
  @Mixin private LightenFlags lighten = new LightenFlags();

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      required = true,
      description = "The model to learn from: .pt, .pth or .safetensors.")
  private Path teacher = Path.of("");

  @Option(
      names = "--output-weight",
      paramLabel = "X",
      defaultValue = "" + Distillation.OUTPUT_WEIGHT,
      description =
          "Weight of the loss between the raw heads, scaled with the teacher's objectness. Default: ${DEFAULT-VALUE}.")
  private double outputWeight;

  @Option(
      names = "--feature-weight",
      paramLabel = "X",
      defaultValue = "" + Distillation.FEATURE_WEIGHT,
      description =
          "Weight of the loss between the maps that the heads read. Default: ${DEFAULT-VALUE}.")
  private double featureWeight;

  @Override
  public Integer call() throws IOException {
    TrainOptions plain = lighten.training("distill", executorOptions, output);
    TrainOptions training = plain.with(builder -> builder.distillation(distillation()));
    Trainer trainer = Trainer.of(training);
    TrainingResult result;
    try (Interruption interruption = Interruption.calls(trainer::cancel, output.err())) {
      result = trainer.run(lighten.listener(training, output));
    }
    if (result.end() == TrainingResult.End.CANCELLED) {
      return ExitCode.FAILED;
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("output_weight", outputWeight);
    facts.put("feature_weight", featureWeight);
    lighten.report(
        "Distillation", training, subjects(training, result), facts, executorOptions, output);
    return ExitCode.DONE;
  }

  private Distillation distillation() {
    try {
      return new Distillation(teacher, outputWeight, featureWeight);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private List<Weighing.Subject> subjects(TrainOptions training, TrainingResult result)
      throws IOException {
    List<Weighing.Subject> subjects = new ArrayList<>();
    subjects.add(new Weighing.Subject("teacher", teacher));
    Path before = training.weights();
    // With another description, or for other classes, the weights are no model of the student's.
    if (before != null && training.model() == null && LightenFlags.fits(before, training)) {
      subjects.add(new Weighing.Subject("student before", before));
    }
    Path after = result.best() == null ? result.last() : result.best();
    if (after != null) {
      subjects.add(new Weighing.Subject("student", after));
    }
    return subjects;
  }
}
