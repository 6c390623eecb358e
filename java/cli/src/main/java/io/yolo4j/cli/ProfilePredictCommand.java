package io.yolo4j.cli;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Forecast;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.Roofs;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.report.ProfilePage;
import io.yolo4j.runtime.MeasurableExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a page with each layer's time over its prediction, the kinds of work and the rules.")
  private @Nullable Path page;

  @Override
  public Integer call() throws IOException {
    flags.check();
    OutputPath.check("--html", page);
    executorOptions.requireCpu();
    executorOptions.check();
    backendOption.check(executorOptions);
    ProfiledModel opened = flags.open(model);
    ForecastCheck check = check(opened);
    ForecastText text = new ForecastText(check);
    switch (output.format()) {
      case JSON -> output.printJson(text.json());
      case CSV -> text.table().printCsv(output.out());
      case TABLE -> text.print(output.out());
    }
    if (page != null) {
      WorkCount count = WorkCount.of(Convention.OURS, flags.measured(opened), check.profile());
      AtomicFile.write(page, ProfilePage.of(check, count));
      output.err().printf("yolo4j: the page is %s%n", page);
    }
    return ExitCode.DONE;
  }

  private ForecastCheck check(ProfiledModel opened) throws IOException {
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
      return new ForecastCheck(profile, forecast, calibration);
    }
  }
}
