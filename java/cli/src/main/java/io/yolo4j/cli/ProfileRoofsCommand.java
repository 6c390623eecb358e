package io.yolo4j.cli;

import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.profile.DeviceTable;
import io.yolo4j.profile.RoofMeasurement;
import io.yolo4j.profile.Roofs;
import io.yolo4j.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j profile roofs}. */
@Command(
    name = "roofs",
    description =
        "Show what a device does at best: this processor or its GPU, measured, or another GPU, specified.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ProfileRoofsCommand implements Callable<Integer> {
  /** The GPU that is here, as other commands name it. */
  private static final String CUDA = "cuda";

  @Mixin private TableOutput output = new TableOutput();
  @Mixin private RoofFlags roofFlags = new RoofFlags();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that work at once. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description =
          "cuda: this machine's GPU, measured (not run on hardware yet); or a GPU of the table of specifications, for example rtx3090, of which nothing is measured.")
  private @Nullable String device;

  @Option(names = "--list", description = "Show the table of specifications.")
  private boolean list;

  @Option(
      names = "--clock",
      paramLabel = "GHZ",
      description = "The GPU's clock, instead of its boost clock.")
  private @Nullable Double clock;

  @Override
  public Integer call() throws IOException {
    OptionChecks.atLeast("--threads", threads, 1);
    if (clock != null && (device == null || !(clock > 0 && clock < 10))) {
      throw new CommandException(
          ExitCode.USAGE, "--clock must lie in 0 to 10 GHz and go with --device, got " + clock);
    }
    if (!list && CUDA.equals(device)) {
      if (clock != null) {
        throw new CommandException(
            ExitCode.USAGE,
            "--clock is for GPUs of the table; the roofs of --device cuda are measured");
      }
      measured(roofFlags.gpuRoofs(output), Map.of());
    } else if (list || device != null) {
      DeviceTable table = DeviceTable.load();
      specifications(device == null ? table.devices() : List.of(named(table, "--device", device)));
    } else {
      Roofs roofs = roofFlags.roofs(threads, output);
      measured(roofs, missing(roofs));
    }
    return ExitCode.DONE;
  }

  /** Returns the device that an option names. */
  static DeviceTable.Device named(DeviceTable table, String option, String name) {
    try {
      return table.device(name);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, option + ": " + e.getMessage());
    }
  }

  private void specifications(List<DeviceTable.Device> devices) {
    Table table =
        new Table(
            List.of(
                "device", "GHz", "GFLOP/s", "GB/s", "ridge", "fp16 TFLOP/s", "L2 MiB", "checked"));
    List<Map<String, Object>> json = new ArrayList<>();
    for (DeviceTable.Device d : devices) {
      double megahertz = clock == null ? d.boostMhz() : 1000 * clock;
      Double tensor = d.tensorFloat16();
      table.row(
          List.of(
              d.name(),
              Numbers.fixed(megahertz / 1000, 3),
              Numbers.fixed(d.flops(megahertz) / 1e9, 0),
              Numbers.fixed(d.gigabytes(), 0),
              Numbers.fixed(d.ridge(megahertz), 2),
              tensor == null ? "n/a" : Numbers.fixed(tensor, 1),
              Numbers.significant(d.cacheMib(), 3),
              d.checked() == null ? "no" : "yes"));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("device", d.name());
      row.put("clock_ghz", megahertz / 1000);
      row.put("gflops_float32", d.flops(megahertz) / 1e9);
      row.put("gigabytes_per_second", d.gigabytes());
      row.put("ridge_flops_per_byte", d.ridge(megahertz));
      row.put("source", d.source());
      row.put("checked", d.checked());
      json.add(row);
    }
    print(table, json);
    if (output.format() == TableOutput.Format.TABLE) {
      output
          .out()
          .println(
              "Specified by the vendor, not measured; rows that aren't checked were not looked up.");
    }
  }

  private void measured(Roofs roofs, Map<String, String> missing) {
    Table table =
        new Table(
            List.of(
                "level",
                "read GB/s",
                "write GB/s",
                "copy GB/s",
                "triad GB/s",
                "update GB/s",
                "spread",
                "ridge"));
    for (Roofs.Level level : roofs.levels()) {
      table.row(
          List.of(
              level.name(),
              gigabytes(level.read()),
              gigabytes(level.write()),
              gigabytes(level.copy()),
              gigabytes(level.triad()),
              gigabytes(level.update()),
              spread(level.spread()),
              Numbers.fixed(roofs.flops() / level.bandwidth(), 2)));
    }
    if (output.format() == TableOutput.Format.TABLE) {
      output
          .out()
          .printf(
              "%s, %s%s: %s GFLOP/s in float32, measured, spread %s%n",
              roofs.device(),
              roofs.instructions(),
              roofs.launch() == null ? ", " + ProfileText.threads(roofs.threads()) : "",
              Numbers.fixed(roofs.flops() / 1e9, 1),
              spread(roofs.spread()));
      roofs
          .otherPeaks()
          .forEach(
              (type, peak) ->
                  output.out().printf("%s: %s Gop/s%n", type, Numbers.fixed(peak / 1e9, 1)));
      launch(roofs).ifPresent(output.out()::println);
      missing.forEach((type, reason) -> output.out().printf("%s: n/a, %s%n", type, reason));
    }
    Map<String, Object> json = ProfileJson.of(roofs);
    json.put("missing_peaks", missing);
    print(table, json);
    if (output.format() == TableOutput.Format.TABLE) {
      output
          .out()
          .printf(
              "The best of several rounds; spread: how far the best of the even and of the odd rounds lie apart, of the worst of the five.%n");
      roofs
          .unsettled()
          .forEach(
              level ->
                  output
                      .out()
                      .printf("! %s is not found again within %s.%n", level.name(), most()));
    }
  }

  private static Optional<String> launch(Roofs roofs) {
    return Optional.ofNullable(roofs.launch())
        .map(
            cost ->
                "a launch: %s us of the host, %s us from kernel to kernel on the device"
                    .formatted(
                        Numbers.fixed(1e6 * cost.hostSeconds(), 2),
                        Numbers.fixed(1e6 * cost.deviceSeconds(), 2)));
  }

  private static Map<String, String> missing(Roofs roofs) {
    NativeLibrary library = NativeLibrary.load();
    return RoofMeasurement.missingPeaks(library.cpu(), library.isa(), roofs.otherPeaks().keySet());
  }

  /** How well a figure is found again, marked where that isn't well enough. */
  private static String spread(double share) {
    if (Double.isNaN(share)) {
      return "n/a";
    }
    return Numbers.percent(share) + (share > RoofMeasurement.MOST_SPREAD ? " !" : "");
  }

  private static String most() {
    return Numbers.percent(RoofMeasurement.MOST_SPREAD);
  }

  private void print(Table table, Object json) {
    switch (output.format()) {
      case JSON -> output.printJson(json);
      case CSV -> table.printCsv(output.out());
      case TABLE -> table.print(output.out());
    }
  }

  private static String gigabytes(double perSecond) {
    return Numbers.fixed(perSecond / 1e9, 1);
  }
}
