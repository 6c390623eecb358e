package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.PredictorOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that gives single classes their own confidence threshold. */
final class ClassConfidenceOption {
  @Option(
      names = "--class-conf",
      paramLabel = "CLASS=X",
      split = ",",
      description =
          "Least confidence of single classes, by id or name, such as person=0.4,bus=0.6; --conf holds for the others. Default: the model file's.")
  private Map<String, Float> byName = new LinkedHashMap<>();

  /**
   * Returns options with the confidences that were given; classes that weren't named keep theirs.
   *
   * @throws CommandException if the model has no such class or a value is not in 0 to 1
   */
  PredictorOptions over(PredictorOptions options, LoadedModel model) {
    Map<Integer, Float> byId = new HashMap<>(options.filter().classConfidences());
    byName.forEach(
        (name, confidence) -> {
          OptionChecks.fraction("--class-conf " + name, confidence);
          byId.put(ClassIds.of("--class-conf", name, model), confidence);
        });
    return options.withClassConfidences(byId);
  }
}
