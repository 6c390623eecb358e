package io.yolo4j.cli;

import com.sun.management.OperatingSystemMXBean;
import io.yolo4j.graph.Graph;
import io.yolo4j.profile.DeviceTable;
import io.yolo4j.profile.Footprint;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Roofs;
import io.yolo4j.profile.SameDevice;
import io.yolo4j.profile.Scenario;
import io.yolo4j.profile.WhatIf;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.torch.TorchOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j profile what-if}. */
@Command(
    name = "what-if",
    description = {
      "Predict what networks would take in another way, on this device or on a GPU that is not at hand.",
      "For a GPU it is a model: specified peaks, this machine's times to issue, and assumed costs of a kernel and a launch, always a range. A convolution's bias is a kernel of its own there, as cuDNN runs it; so is the one that folding a batch norm leaves.",
      "With --backend onednn a compiled plan is measured: it has its batch norms folded, its feature maps channels last and its activations in the convolutions, so asking for these changes nothing. On a GPU each of its steps would be one kernel.",
      "Each answer says what it rests on: replayed (measured as asked for), calibrated (this device's measurement, scaled by the rules of the classes of operations that profile predict goes by) or specification only: other devices run other kernels, for which nothing was calibrated."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ProfileWhatIfCommand implements Callable<Integer> {
  private static final String HERE = "here";

  @Mixin private TableOutput output = new TableOutput();
  @Mixin private RoofFlags roofFlags = new RoofFlags();
  @Mixin private ProfileFlags flags = new ProfileFlags();
  @Mixin private CalibrationFlags calibrationFlags = new CalibrationFlags();
  @Mixin private ScenarioFlags scenarioFlags = new ScenarioFlags();
  @Mixin private WhatIfBase base = new WhatIfBase();

  @Parameters(
      paramLabel = "MODEL|FILE",
      arity = "1..*",
      description = "One or more networks, as for profile; ratios are to the last.")
  private List<String> models = List.of();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      required = true,
      description =
          "A GPU of the table that profile roofs --list shows, for example rtx3090; or here, the device that this runs on.")
  private String device = "";

  @Option(
      names = "--clock",
      paramLabel = "GHZ",
      description = "The GPU's clock, instead of its boost clock.")
  private @Nullable Double clock;

  /** A network that fits. */
  private record Subject(ProfiledModel model, Footprint footprint) {}

  /**
   * A measurement.
   *
   * @param graph the network as it ran
   */
  private record Measured(Profile profile, Graph graph) {}

  @Override
  public Integer call() throws IOException {
    flags.check();
    scenarioFlags.check();
    if (clock != null && !(clock > 0 && clock < 10)) {
      throw new CommandException(ExitCode.USAGE, "--clock must lie in 0 to 10 GHz, got " + clock);
    }
    boolean here = device.equals(HERE);
    base.check(here, scenarioFlags);
    Scenario scenario = base.scenario(scenarioFlags);
    WhatIfText text = new WhatIfText(scenario, flags.folding(), base.backend(), base.precision());
    if (here) {
      here(scenario, text);
    } else {
      specified(scenario, text);
    }
    return ExitCode.DONE;
  }

  private void here(Scenario scenario, WhatIfText text) throws IOException {
    if (clock != null || scenario.captured()) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s is for GPUs; --device here is this machine's CPU"
              .formatted(clock != null ? "--clock" : "--graph"));
    }
    NetworkRuntime runtime = runtime(TorchOptions.defaults(), scenario);
    base.precision().warnIfSlow(output.err());
    // What a plan has anyway is no change to its measurement.
    Scenario changes = base.isPlan() ? scenario.withFusedActivations(false) : scenario;
    List<WhatIfText.Here> answers = new ArrayList<>();
    for (Subject subject : subjects(scenario, "this machine", memoryHere(), "")) {
      Measured measured = measured(subject, runtime);
      SameDevice question = question(changes, runtime, measured.profile());
      answers.add(
          new WhatIfText.Here(
              subject.model().name(),
              question.of(measured.profile(), measured.graph()),
              subject.footprint()));
    }
    print(
        text.here(answers), text.json(answers), text.footnote(answers.get(0).answer().evidence()));
  }

  /** With the rules of the classes of operations, if anything is to be scaled by them. */
  private SameDevice question(Scenario scenario, NetworkRuntime runtime, Profile profile)
      throws IOException {
    if (!new SameDevice(scenario).changes(profile.type())) {
      return new SameDevice(scenario);
    }
    CalibrationFlags.Target target =
        CalibrationFlags.Target.of(runtime, flags.folding(), profile.executor());
    return new SameDevice(scenario, calibrationFlags.calibration(target, profile.roofs(), output));
  }

  private void specified(Scenario scenario, WhatIfText text) throws IOException {
    DeviceTable.Device target = ProfileRoofsCommand.named(DeviceTable.load(), "--device", device);
    double megahertz = clock == null ? target.boostMhz() : 1000 * clock;
    WhatIf question = new WhatIf(target, megahertz, scenario);
    String unchecked = target.memoryChecked() == null ? " (not checked)" : "";
    // LibTorch's own operations, one by one: what it would issue to a GPU.
    TorchOptions eager = TorchOptions.defaults().withOwnKernels(false);
    NetworkRuntime runtime = runtime(eager, scenario);
    List<WhatIfText.Specified> answers = new ArrayList<>();
    for (Subject subject : subjects(scenario, target.name(), target.memoryBytes(), unchecked)) {
      Measured measured = measured(subject, runtime);
      WhatIf.Prediction prediction =
          base.isPlan()
              ? question.ofSteps(measured.profile())
              : question.of(measured.profile(), measured.graph());
      answers.add(
          new WhatIfText.Specified(subject.model().name(), prediction, subject.footprint()));
    }
    print(text.specified(answers), text.json(question, answers), text.footnote(question));
  }

  private NetworkRuntime runtime(TorchOptions options, Scenario scenario) {
    return base.runtime(options, scenario, flags.folding());
  }

  private Measured measured(Subject subject, NetworkRuntime runtime) throws IOException {
    ProfiledModel model = subject.model().folded(flags.folding());
    try (MeasurableExecutor executor = runtime.create(model)) {
      Roofs roofs = roofFlags.roofs(runtime.threads(), output);
      return new Measured(
          flags.profile(model, executor, runtime.elementType(), roofs, output), executor.graph());
    }
  }

  /** Opens the networks; refuses those that don't fit before any is measured. */
  private List<Subject> subjects(Scenario scenario, String where, long bytes, String unchecked)
      throws IOException {
    List<Subject> subjects = new ArrayList<>();
    for (String name : models) {
      ProfiledModel model = flags.open(name);
      Graph graph = flags.measured(model);
      Footprint needed = Footprint.of(graph, scenario.elementBytes()).withBatch(scenario.batch());
      if (needed.bytes() > bytes) {
        throw new CommandException(
            ExitCode.FAILED,
            "%s (%s) must fit the memory: it needs %s GB, %s of weights and %s of feature maps, and %s has %s GB%s"
                .formatted(
                    name,
                    String.join(", ", scenario.words()),
                    WhatIfText.gigabytes(needed.bytes()),
                    WhatIfText.gigabytes(needed.weightBytes()),
                    WhatIfText.gigabytes(needed.mapBytes()),
                    where,
                    WhatIfText.gigabytes(bytes),
                    unchecked));
      }
      subjects.add(new Subject(model, needed));
    }
    return subjects;
  }

  private static long memoryHere() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private void print(Table table, Object json, String footnote) {
    switch (output.format()) {
      case JSON -> output.printJson(json);
      case CSV -> table.printCsv(output.out());
      case TABLE -> {
        table.print(output.out());
        output.out().println(footnote);
      }
    }
  }
}
