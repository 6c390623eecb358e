package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is killed goes on from its last checkpoint, bit by bit. */
final class KilledRunTest {
  @TempDir Path folder;

  @Test
  void resume_afterKillInAnEpoch_equalsStraight() throws IOException, InterruptedException {
    TinyRun tiny = TinyRun.in(folder);
    Trainer.of(tiny.options("straight").epochs(6).build()).run(TrainingListener.NONE);

    Process process = start("killed", "new");
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !line.equals("batch 3.2")) {
        line = lines.readLine();
      }
      assertThat(line).as("the process reached epoch 3").isNotNull();
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as("exit code of a killed process").isEqualTo(128 + 9);
    Path weights = folder.resolve("killed/weights");
    // What a kill inside a checkpoint leaves behind.
    Files.writeString(weights.resolve(".last.safetensors.0.tmp"), "half a check");

    Process second = start("killed", "resume");
    String output = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(second.waitFor()).as(output).isZero();
    assertThat(output).startsWith("batch 3.1").doesNotContain("batch 2.");
    for (String name : List.of("last.safetensors", "best.safetensors")) {
      Path straight = folder.resolve("straight/weights").resolve(name);
      assertThat(Files.mismatch(straight, weights.resolve(name))).as(name).isEqualTo(-1);
    }
  }

  private Process start(String name, String how) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            KilledRun.class.getName(),
            folder.toString(),
            name,
            how);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
