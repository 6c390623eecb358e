package io.yolo4j.cli;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.TorchinfoTable;
import io.yolo4j.profile.WorkRatio;
import io.yolo4j.report.ProfilePage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j profile compare}. */
@Command(
    name = "compare",
    description = "Say why a network isn't as much faster than another as its FLOPs promise.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ProfileCompareCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();

  @Mixin private BackendOption backendOption = new BackendOption(BackendOption.Backend.TORCH);
  @Mixin private RoofFlags roofFlags = new RoofFlags();
  @Mixin private GpuRoofOption gpuRoofOption = new GpuRoofOption();
  @Mixin private ProfileFlags flags = new ProfileFlags();

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "The network in question, as for profile.")
  private String first = "";

  @Parameters(index = "1", paramLabel = "B", description = "The network that it is held against.")
  private String second = "";

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a page with what decides, the waterfalls of the gap, and both rooflines.")
  private @Nullable Path page;

  @Override
  public Integer call() throws IOException {
    flags.check();
    OutputPath.check("--html", page);
    executorOptions.check();
    backendOption.check(executorOptions);
    RoofSource source = gpuRoofOption.source(executorOptions.isOnGpu(), roofFlags);
    ProfiledModel a = flags.open(first);
    ProfiledModel b = flags.open(second);
    List<Profile> profiles =
        flags.profiles(
            List.of(a, b), backendOption.runtime(executorOptions, flags.folding()), source, output);
    Comparison comparison = new Comparison(profiles.get(0), profiles.get(1));
    Footprints footprints = footprints(a, b, comparison.first());
    List<WorkRatio> ratios = WorkRatio.all(comparison, flags.measured(a), flags.measured(b));
    switch (output.format()) {
      case JSON -> output.printJson(ProfileJson.of(comparison, footprints, ratios));
      case CSV -> ComparisonText.shares(comparison).printCsv(output.out());
      case TABLE -> ComparisonText.print(comparison, footprints, ratios, output.out());
    }
    if (page != null) {
      AtomicFile.write(page, ProfilePage.of(comparison, ratios, footprints.caution(comparison)));
      output.err().printf("yolo4j: the page is %s%n", page);
    }
    return ExitCode.DONE;
  }

  /**
   * What torchinfo says of both, with their batch norms, as the reference folds them, as they ran.
   */
  private Footprints footprints(ProfiledModel a, ProfiledModel b, Profile profile) {
    Shape picture = Shape.of(1, 3, profile.height(), profile.width());
    return new Footprints(
        ratio(a, b, Folding.NONE, picture),
        ratio(a, b, Folding.YOLOV5, picture),
        ratio(a, b, flags.folding(), picture),
        flags.folding());
  }

  private static double ratio(ProfiledModel a, ProfiledModel b, Folding folding, Shape picture) {
    return (double) footprint(folding.of(a.graph()).graph(), picture)
        / footprint(folding.of(b.graph()).graph(), picture);
  }

  private static long footprint(Graph graph, Shape picture) {
    return TorchinfoTable.of(graph.withInputs(picture)).estimatedTotalBytes();
  }
}
