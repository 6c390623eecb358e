package io.yolo4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir Path temporary = Path.of("");

  private static void fill(Path folder) throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("deep")).resolve("a.txt"), "a");
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(temporary)) {
      return files.filter(file -> !file.equals(temporary)).map(temporary::relativize).toList();
    }
  }

  @Test
  void write_newOrEmptyFolder_holdsAllAndNothingElseStays() throws IOException {
    AtomicFolder.write(temporary.resolve("x/y"), AtomicFolderTest::fill);
    Files.createDirectory(temporary.resolve("empty"));
    AtomicFolder.write(temporary.resolve("empty"), AtomicFolderTest::fill);
    assertThat(all())
        .containsExactlyInAnyOrder(
            Path.of("x"),
            Path.of("x/y"),
            Path.of("x/y/deep"),
            Path.of("x/y/deep/a.txt"),
            Path.of("empty"),
            Path.of("empty/deep"),
            Path.of("empty/deep/a.txt"));
  }

  @Test
  void write_failure_leavesNothing() throws IOException {
    Path folder = temporary.resolve("out");
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    folder,
                    half -> {
                      assertThat(folder).doesNotExist();
                      fill(half);
                      throw new IOException("the disk is full");
                    }))
        .hasMessage("the disk is full");
    assertThat(all()).isEmpty();
  }

  @Test
  void write_folderInUse_isRefusedBeforeAnythingIsWritten() throws IOException {
    Path used = Files.createDirectory(temporary.resolve("used"));
    Files.writeString(used.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> AtomicFolder.write(used, half -> assertThat(half).isNull()))
        .isInstanceOf(IOException.class)
        .hasMessage(used + ": the folder must be new or empty, it holds mine.txt");
    Path file = used.resolve("mine.txt");
    assertThatThrownBy(() -> AtomicFolder.check(file))
        .hasMessage(file + ": must be a folder, is a file");
    assertThatThrownBy(() -> AtomicFolder.check(file.resolve("out")))
        .hasMessage("%s: cannot be written: %s is a file".formatted(file.resolve("out"), file));
    assertThat(all()).hasSize(2);
  }
}
