package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is killed goes on from its last checkpoint, bit by bit. */
final class KilledRunTest {
  private static final int EPOCHS = 60;
  private static final int KILLED = 128 + 9;
  private static final String NOWHERE = "-";

  @TempDir Path folder;

  @Test
  void resume_afterKillInAnEpoch_equalsStraight() throws IOException, InterruptedException {
    TinyRun tiny = TinyRun.in(folder);
    Trainer.of(tiny.options("straight").epochs(6).build()).run(TrainingListener.NONE);

    Process process = start("new", 6, "3.2");
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !line.equals("batch 3.2")) {
        line = lines.readLine();
      }
      assertThat(line).as("the process reached epoch 3").isNotNull();
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as("exit code of a killed process").isEqualTo(KILLED);
    Path weights = folder.resolve("killed/weights");
    // What a kill inside a checkpoint leaves behind.
    Files.writeString(weights.resolve(".last.safetensors.0.tmp"), "half a check");

    Process second = start("resume", 6, NOWHERE);
    String output = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(second.waitFor()).as(output).isZero();
    assertThat(output).startsWith("batch 3.1").doesNotContain("batch 2.");
    assertEqualsStraight(weights);
  }

  @Test
  @Tag("slow")
  void resume_afterKillsAtAnyTime_equalsStraight() throws IOException, InterruptedException {
    TinyRun tiny = TinyRun.in(folder);
    Trainer.of(tiny.options("straight").epochs(EPOCHS).build()).run(TrainingListener.NONE);
    Path weights = folder.resolve("killed/weights");
    Random random = new Random(0);
    int kills = 0;
    int inWrites = 0;
    boolean finished = false;
    while (!finished) {
      boolean begun = Files.exists(weights.resolve("last.safetensors"));
      if (!begun) {
        delete(folder.resolve("killed"));
      }
      Process process = start(begun ? "resume" : "new", EPOCHS, NOWHERE);
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        String line = lines.readLine();
        // A few batches, so that the run gets on; then at any moment.
        for (int i = 0; i < 8 && line != null; i++) {
          line = lines.readLine();
        }
        Thread.sleep(random.nextInt(100));
        process.destroyForcibly();
      }
      // At the end it leaves by itself; killed after its last file, it has nothing to resume.
      finished = process.waitFor() != KILLED;
      kills += finished ? 0 : 1;
      inWrites += halves(weights);
    }
    System.out.printf("killed %d times, %d of them in a checkpoint%n", kills, inWrites);
    assertThat(kills).isGreaterThan(10);
    assertEqualsStraight(weights);
    assertThat(halves(weights)).isZero();
  }

  private static int halves(Path weights) throws IOException {
    try (Stream<Path> files = Files.list(weights)) {
      return (int) files.filter(file -> file.toString().endsWith(".tmp")).count();
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void assertEqualsStraight(Path weights) throws IOException {
    for (String name : List.of("last.safetensors", "best.safetensors")) {
      Path straight = folder.resolve("straight/weights").resolve(name);
      assertThat(Files.mismatch(straight, weights.resolve(name))).as(name).isEqualTo(-1);
    }
  }

  private Process start(String how, int epochs, String waitsAfter) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            KilledRun.class.getName(),
            folder.toString(),
            "killed",
            how,
            String.valueOf(epochs),
            waitsAfter);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
