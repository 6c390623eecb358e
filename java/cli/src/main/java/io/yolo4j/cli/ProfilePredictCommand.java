package io.yolo4j.cli;

import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.Forecast;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.Roofs;
import io.yolo4j.runtime.MeasurableExecutor;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code yolo4j profile predict}. */
@Command(
    name = "predict",
    description = {
      "Predict a network's time from short runs of operations and of yolov5n and yolov5s, and hold it against the measurement.",
      "Categories under 2 %% of the time are judged by what their error is of the whole."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ProfilePredictCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();

  @Mixin private BackendOption backendOption = new BackendOption(BackendOption.Backend.TORCH);
  @Mixin private RoofFlags roofFlags = new RoofFlags();
  @Mixin private CalibrationFlags calibrationFlags = new CalibrationFlags();
  @Mixin private ProfileFlags flags = new ProfileFlags();

  @Parameters(paramLabel = "MODEL|FILE", description = "The network, as for profile.")
  private String model = "";

  @Override
  public Integer call() throws IOException {
    flags.check();
    executorOptions.requireCpu();
    executorOptions.check();
    backendOption.check(executorOptions);
    ForecastText text = text(flags.open(model));
    switch (output.format()) {
      case JSON -> output.printJson(text.json());
      case CSV -> text.table().printCsv(output.out());
      case TABLE -> text.print(output.out());
    }
    return ExitCode.DONE;
  }

  private ForecastText text(ProfiledModel opened) throws IOException {
    NetworkRuntime runtime = backendOption.runtime(executorOptions, flags.folding());
    ProfiledModel subject = opened.folded(flags.folding());
    try (MeasurableExecutor executor = runtime.create(subject)) {
      Roofs roofs = roofFlags.roofs(runtime.threads(), output);
      Calibration calibration =
          calibrationFlags.calibration(
              CalibrationFlags.Target.of(runtime, flags.folding(), executor.describe()),
              roofs,
              output);
      Profile profile = flags.profile(subject, executor, runtime.elementType(), roofs, output);
      Forecast forecast =
          Forecast.of(
              executor.graph(),
              profile.layers().stream().map(ProfiledLayer::work).toList(),
              roofs,
              calibration);
      return new ForecastText(profile, forecast, calibration);
    }
  }
}
