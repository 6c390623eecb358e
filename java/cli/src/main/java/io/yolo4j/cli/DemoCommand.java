package io.yolo4j.cli;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.report.DemoPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j demo}: other commands, one after the other, each shown before it runs. */
@Command(
    name = "demo",
    description = {
      "From nothing to an edge application: make a synthetic steel-surface data set, train a small model on",
      "it from random weights, measure it, detect, compile it, profile it, compare it with a lighter network.",
      "Every command is shown before it runs; index.html explains what came out."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DemoCommand implements Callable<Integer> {
  private static final String PAGE = "index.html";
  private static final int DETECTED = 8;

  @Mixin private Output output = new Output();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder of everything that is made, new or empty. Default: the next free of runs/demo, demo2 …")
  private @Nullable Path out;

  @Option(
      names = "--quick",
      description = "Some seconds instead of some minutes, which is too short to learn much.")
  private boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Another seed gives other pictures and start values. Default: ${DEFAULT-VALUE}.")
  private long seed;

  private final List<DemoPage.Step> shown = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Path folder = out == null ? RunFolders.next(Path.of("runs"), "demo") : out;
    DemoSteps steps =
        new DemoSteps(folder, quick ? DemoSteps.Extent.QUICK : DemoSteps.Extent.FULL, seed);
    if (!runs(steps.pictures())) {
      // What is wrong with the folder was said; nothing is written there.
      return ExitCode.FAILED;
    }
    boolean complete =
        runs(steps.statistics())
            && runs(steps.training())
            && runs(steps.validation())
            && detects(steps, folder)
            && runs(steps.plan());
    if (complete) {
      complete = measures(steps.roofs());
      complete &= measures(steps.profile());
      complete &= measures(steps.comparison());
      complete &= runs(steps.drawing());
    }
    AtomicFile.write(folder.resolve(PAGE), DemoPage.of(shown));
    output.out().printf("%nOpen %s: what was made, and what it shows.%n", folder.resolve(PAGE));
    return complete ? ExitCode.DONE : ExitCode.FAILED;
  }

  private boolean detects(DemoSteps steps, Path folder) throws IOException {
    List<String> names = someValidationPictures(folder);
    return runs(
        steps.detection(folder.resolve("pictures")),
        names.stream().map(name -> "detect/" + name).toList());
  }

  /** On a machine that others use too its roofs are believed all the same, and the page says so. */
  private boolean measures(DemoStep step) {
    if (runs(step)) {
      return true;
    }
    shown.remove(shown.size() - 1);
    return runs(
        step.with("--force").noting("Something else ran meanwhile, so the roofs may be too low."));
  }

  private boolean runs(DemoStep step) {
    return runs(step, List.of());
  }

  private boolean runs(DemoStep step, List<String> pictures) {
    output.out().println();
    output.out().println("$ yolo4j " + String.join(" ", step.command()));
    output.out().flush();
    Transcript printed = new Transcript(output.out());
    Transcript problems = new Transcript(output.err());
    long start = System.nanoTime();
    int code =
        Main.run(
            new PrintWriter(printed, true),
            new PrintWriter(problems, true),
            output.environment(),
            step.command().toArray(String[]::new));
    double seconds = (System.nanoTime() - start) / 1e9;
    String failure = code == ExitCode.DONE ? "" : lastLine(problems.text());
    shown.add(step.shown(printed.text(), failure, seconds, pictures));
    return code == ExitCode.DONE;
  }

  private static String lastLine(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .orElse("it doesn't say why");
  }

  /** Copies the first validation pictures to a folder of their own, and returns their names. */
  private static List<String> someValidationPictures(Path folder) throws IOException {
    Path copies = Files.createDirectories(folder.resolve("pictures"));
    List<Path> pictures = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("steel/images/val"))) {
      files.sorted().limit(DETECTED).forEach(pictures::add);
    }
    for (Path picture : pictures) {
      Files.copy(picture, copies.resolve(picture.getFileName()));
    }
    return pictures.stream().map(picture -> picture.getFileName().toString()).toList();
  }
}
