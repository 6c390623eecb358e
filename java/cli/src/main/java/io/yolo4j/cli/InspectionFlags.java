package io.yolo4j.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of what a validation says to somebody who sorts parts by it. */
final class InspectionFlags {
  private static final String USUAL = "0.1,0.25,0.5,0.75";

  @Option(
      names = "--rates",
      paramLabel = "X",
      arity = "0..1",
      split = ",",
      fallbackValue = USUAL,
      description =
          "Show overkill and escape rates of each class at these confidence thresholds: the shares of clean pictures that are flagged and of defect pictures that are not. Default: "
              + USUAL
              + " in JSON and CSV, none in the table.")
  private @Nullable List<Double> rates;

  @Option(
      names = "--suggest-precision",
      paramLabel = "P",
      description =
          "Suggest for each class the lowest confidence threshold over which detections have this precision, 0 to 1.")
  private @Nullable Double precision;

  @Option(
      names = "--write-model",
      paramLabel = "FILE",
      description =
          "With --suggest-precision: write a copy of the model that holds the suggested thresholds, a new .safetensors file; detect uses them, see its --class-conf.")
  private @Nullable Path copy;

  void check() {
    for (double rate : rates()) {
      OptionChecks.fraction("--rates", rate);
    }
    if (precision != null) {
      OptionChecks.fraction("--suggest-precision", precision);
    }
    if (copy == null) {
      return;
    }
    if (precision == null) {
      throw new CommandException(
          ExitCode.USAGE, "--write-model needs --suggest-precision, which says what to write");
    }
    OutputPath.checkModel("--write-model", copy);
  }

  /** Whether the table shows rates of each class. */
  boolean ratesShown() {
    return rates != null;
  }

  /** Returns the thresholds to show rates at. */
  List<Double> rates() {
    return rates != null
        ? rates
        : Arrays.stream(USUAL.split(",", -1)).map(Double::valueOf).toList();
  }

  OptionalDouble precision() {
    return precision == null ? OptionalDouble.empty() : OptionalDouble.of(precision);
  }

  /** Returns the file to write; null for none. */
  @Nullable Path copy() {
    return copy;
  }
}
