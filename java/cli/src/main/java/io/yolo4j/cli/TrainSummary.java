package io.yolo4j.cli;

import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.Evolution;
import io.yolo4j.train.MeanAndDeviation;
import io.yolo4j.train.SeedStudy;
import io.yolo4j.train.TrainingResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a finished run prints on standard output. */
final class TrainSummary {
  private TrainSummary() {}

  /** Prints a run's outcome. */
  static void print(TrainingResult result, Output output) {
    if (output.json()) {
      output.printJson(json(result));
      return;
    }
    result.bestValidation().ifPresent(best -> printBest(result, best, output));
    output.out().println(end(result));
  }

  /** Prints the outcome of several seeds. */
  static void print(SeedStudy.Result result, Output output) {
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("runs", result.runs().stream().map(TrainSummary::json).toList());
      json.put("metrics", json(result.metrics()));
      json.put("ap50", json(result.ap50()));
      json.put("ap50_95", json(result.ap50To95()));
      output.printJson(json);
      return;
    }
    output
        .out()
        .printf(
            "%d seeds, each at its best epoch: mean ± standard deviation%n", result.runs().size());
    result.metrics().forEach((name, value) -> line(name, value, output));
    result.ap50().forEach((name, value) -> line("AP50 " + name, value, output));
  }

  /** Prints the outcome of an evolution. */
  static void print(Evolution.Trial best, Path folder, Output output) {
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("folder", folder.toString());
      json.put("best_trial", best.number());
      json.put("fitness", best.fitness());
      json.put("hyperparameters", best.hyperparameters().toMap());
      output.printJson(json);
      return;
    }
    output
        .out()
        .printf(
            Locale.ROOT,
            "Best trial %d, fitness %.4f; its hyper-parameters: %s%n",
            best.number(),
            best.fitness(),
            folder.resolve("hyp_best.yaml"));
  }

  private static void line(String name, MeanAndDeviation value, Output output) {
    output.out().printf(Locale.ROOT, "%-24s %.3f ± %.3f%n", name, value.mean(), value.deviation());
  }

  private static void printBest(TrainingResult result, ValidationResult best, Output output) {
    output
        .out()
        .printf(
            Locale.ROOT,
            "Best epoch %d: P %.3f, R %.3f, mAP50 %.3f, mAP50-95 %.3f%n",
            result.bestEpoch() + 1,
            best.precision(),
            best.recall(),
            best.map50(),
            best.map50To95());
    for (ClassResult one : best.classes()) {
      output
          .out()
          .printf(
              Locale.ROOT,
              "  %-20s %6d labels  AP50 %.3f  AP50-95 %.3f%n",
              one.name(),
              one.labels(),
              one.ap50(),
              one.ap50To95());
    }
  }

  private static String end(TrainingResult result) {
    String where = "Results in " + result.folder();
    return switch (result.end()) {
      case FINISHED -> where;
      case STOPPED_EARLY ->
          "No better fitness since epoch %d, so the run ended early. %s"
              .formatted(result.bestEpoch() + 1, where);
      case CANCELLED -> "The run was ended; go on with: yolo4j train --resume " + result.folder();
    };
  }

  private static Map<String, Object> json(SeedStudy.SeedResult run) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", run.seed());
    json.putAll(json(run.result()));
    return json;
  }

  private static Map<String, Object> json(TrainingResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("folder", result.folder().toString());
    json.put("end", result.end().name().toLowerCase(Locale.ROOT));
    json.put("best_epoch", result.bestEpoch());
    result
        .bestValidation()
        .ifPresent(
            best -> {
              json.put("precision", best.precision());
              json.put("recall", best.recall());
              json.put("map50", best.map50());
              json.put("map50_95", best.map50To95());
              json.put(
                  "ap50",
                  best.classes().stream()
                      .collect(
                          LinkedHashMap::new,
                          (map, c) -> map.put(c.name(), c.ap50()),
                          Map::putAll));
            });
    List<EpochResult> epochs = result.epochs();
    json.put("epochs", epochs.size());
    if (!epochs.isEmpty()) {
      json.put("images_per_second", epochs.get(epochs.size() - 1).imagesPerSecond());
    }
    return json;
  }

  private static Map<String, Object> json(Map<String, MeanAndDeviation> values) {
    Map<String, Object> json = new LinkedHashMap<>();
    values.forEach(
        (name, value) ->
            json.put(name, Map.of("mean", value.mean(), "deviation", value.deviation())));
    return json;
  }
}
