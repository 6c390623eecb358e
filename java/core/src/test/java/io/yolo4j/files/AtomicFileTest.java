package io.yolo4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void write_text_replacesTheFileAndLeavesNoOther() throws IOException {
    Path file = folder.resolve("x.txt");
    AtomicFile.write(file, "a long first text");
    AtomicFile.write(file, "grün");
    assertThat(file).content().isEqualTo("grün");
    assertThat(entries(folder)).containsExactly(file);
  }

  @Test
  void write_contentFailsHalfWay_leavesTheOldFileAndNoOther() throws IOException {
    Path file = folder.resolve("x.txt");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": cannot be written (disk full)");
    assertThat(file).content().isEqualTo("old");
    assertThat(entries(folder)).containsExactly(file);
  }

  @Test
  void deleteLeftovers_ofOneFile_leavesAllOthers() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), "x");
    Path leftover = Files.writeString(folder.resolve(".x.txt.4711.tmp"), "half");
    Path another = Files.writeString(folder.resolve(".y.txt.4711.tmp"), "mine");
    AtomicFile.deleteLeftovers(file);
    assertThat(leftover).doesNotExist();
    assertThat(entries(folder)).containsExactlyInAnyOrder(file, another);
    AtomicFile.deleteLeftovers(folder.resolve("no/x.txt"));
  }

  @Test
  void write_noFolder_isRefusedByName() {
    Path file = folder.resolve("no/x.txt");
    assertThatThrownBy(() -> AtomicFile.write(file, "x"))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": must lie in an existing folder");
  }

  @Test
  void write_ontoAFolder_isRefusedByName() throws IOException {
    Path file = Files.createDirectory(folder.resolve("x.txt"));
    assertThatThrownBy(() -> AtomicFile.write(file, "x"))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": must be a file, there is a folder of that name");
    assertThat(entries(folder)).containsExactly(file);
  }

  @Test
  void write_nameTooLong_namesTheFileAndNotTheTemporaryOne() throws IOException {
    Path file = folder.resolve("x".repeat(250));
    assertThatThrownBy(() -> AtomicFile.write(file, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": cannot be written (");
    assertThat(entries(folder)).isEmpty();
  }

  private static Stream<Path> entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    }
  }
}
