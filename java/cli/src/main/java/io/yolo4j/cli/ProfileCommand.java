package io.yolo4j.cli;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.graph.HeadDecode;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.report.ProfilePage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j profile}. */
@Command(
    name = "profile",
    description =
        "Measure where a network's time goes, layer by layer, against the roofs of what runs it: this processor's, measured, or a GPU's, specified.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    subcommands = {
      ProfileCompareCommand.class,
      ProfileCountersCommand.class,
      ProfilePredictCommand.class,
      ProfileRoofsCommand.class,
      ProfileWhatIfCommand.class,
      HelpCommand.class
    })
final class ProfileCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();

  @Mixin private BackendOption backendOption = new BackendOption(BackendOption.Backend.TORCH);
  @Mixin private RoofFlags roofFlags = new RoofFlags();
  @Mixin private GpuRoofOption gpuRoofOption = new GpuRoofOption();
  @Mixin private ProfileFlags flags = new ProfileFlags();
  @Mixin private ConventionOption conventionOption = new ConventionOption();

  @Parameters(
      paramLabel = "MODEL|FILE",
      arity = "0..1",
      description =
          "A shipped model's name, a description (.yaml), both with random weights, or a model file (.pt, .pth, .safetensors).")
  private @Nullable String model;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a page with what was found, the roofline, the waterfall of the time by cause, and a sortable table.")
  private @Nullable Path page;

  @Option(
      names = "--wide",
      description =
          "Show page faults, allocations and reorders of each layer too; JSON, CSV and the page have them anyway.")
  private boolean wide;

  @Option(
      names = "--counters",
      description =
          "Run the steps again with counters read around each. The CPU's: cycles, instructions, cache misses, floating-point operations; Linux, where the kernel shows them. With --device cuda the GPU's by CUPTI: bytes of its memory and L2, operations, in as many runs as they take passes. Else they are n/a, with the reason.")
  private boolean counters;

  @Override
  public Integer call() throws IOException {
    if (model == null) {
      throw new CommandException(
          ExitCode.USAGE, "a model is missing; yolo4j summary --list shows the shipped ones");
    }
    flags.check();
    Convention convention = conventionOption.convention();
    OutputPath.check("--html", page);
    executorOptions.check();
    backendOption.check(executorOptions);
    RoofSource source = gpuRoofOption.source(executorOptions.isOnGpu(), roofFlags);
    if (counters) {
      flags.countSteps();
    }
    ProfiledModel opened = flags.open(model);
    Profile profile =
        flags.profile(
            opened, backendOption.runtime(executorOptions, flags.folding()), source, output);
    HeadDecode decode = HeadDecode.of(flags.measured(opened));
    WorkCount count = WorkCount.of(convention, flags.measured(opened), profile);
    switch (output.format()) {
      case JSON -> {
        Map<String, Object> json = ProfileJson.of(profile, count);
        json.put("decode", DecodeText.json(decode));
        output.printJson(json);
      }
      case CSV -> ProfileText.values(profile, count).printCsv(output.out());
      case TABLE -> {
        ProfileText.print(profile, count, new ProfileText.Extras(wide, counters), output.out());
        output.out().println(DecodeText.line(decode));
      }
    }
    if (page != null) {
      AtomicFile.write(page, ProfilePage.of(profile, count));
      output.err().printf("yolo4j: the page is %s%n", page);
    }
    return ExitCode.DONE;
  }
}
